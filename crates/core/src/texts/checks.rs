//! What the doctor finds, and its words: what was seen, and what to do about it.
use super::Text;
use crate::doctor::Verdict;

#[macro_use]
mod portal;

macro_rules! findings {
    ($($variant:ident $code:literal $word:literal $verdict:ident { $ru:literal $en:literal } $({ $ru_advice:literal $en_advice:literal })?)*) => {
        /// What a check may find.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Finding {
            $(
                #[doc = $en]
                $variant,
            )*
        }

        impl Finding {
            /// Every finding.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable code of the check that finds it.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The stable word for it within the check.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// What it means.
            pub const fn verdict(self) -> Verdict {
                match self { $(Self::$variant => Verdict::$verdict,)* }
            }

            /// What was seen.
            pub const fn evidence(self) -> Text {
                match self { $(Self::$variant => Text { ru: $ru, en: $en },)* }
            }

            /// What to do about it.
            pub const fn advice(self) -> Option<Text> {
                match self { $(Self::$variant => findings!(@advice $($ru_advice $en_advice)?),)* }
            }
        }
    };
    (@advice) => { None };
    (@advice $ru:literal $en:literal) => { Some(Text { ru: $ru, en: $en }) };
}

with_portals! { findings {
    SettingsRead "settings.readable" "read" Ok {
        "Настройки читаются: порталов {portals}, баз {bases}."
        "The settings can be read: {portals} portals, {bases} bases."
    }
    SettingsNone "settings.readable" "none" Ok { "Настроек ещё нет." "There are no settings yet." }
    SettingsBroken "settings.readable" "broken" Failed {
        "Настройки не читаются: {detail}."
        "The settings cannot be read: {detail}."
    } {
        "Исправьте файл {path} или удалите его: программа начнёт с пустых настроек."
        "Correct the file {path} or delete it: the program then begins with empty settings."
    }
    SettingsNewer "settings.readable" "newer" Failed {
        "Настройки записаны более новой версией программы ({version})."
        "The settings were written by a newer version of the program ({version})."
    } { "Обновите Hotstart." "Update Hotstart." }
    KeyringOpen "keyring.open" "open" Ok { "Хранилище секретов отвечает." "The secret store answers." }
    KeyringFailed "keyring.open" "failed" Failed { "{failure}" "{failure}" } {
        "Без хранилища вебхук придётся вводить после каждого запуска."
        "Without a secret store the webhook has to be typed after every start."
    }
    KeyringUnneeded "keyring.open" "unneeded" Warning {
        "Хранилище секретов не отвечает, но секретов пока и нет: порталы не подключены."
        "The secret store does not answer, and there is no secret yet: no portal is connected."
    } {
        "Перед подключением портала установите gnome-keyring или KWallet и разблокируйте хранилище."
        "Before you connect a portal install gnome-keyring or KWallet and unlock the store."
    }
    InstanceRunning "instance.running" "running" Ok { "Hotstart запущен." "Hotstart is running." }
    InstanceStopped "instance.running" "stopped" Warning { "Hotstart не запущен." "Hotstart is not running." } {
        "Запустите Hotstart: без него ссылки открываются медленнее, а события не приходят."
        "Start Hotstart: without it links open slower and events do not arrive."
    }
    InstanceUnknown "instance.running" "unknown" NotChecked {
        "Не удалось узнать, запущен ли Hotstart: {detail}."
        "It could not be found out whether Hotstart is running: {detail}."
    }
    PlatformsFound "platforms.installed" "found" Ok {
        "Установлены платформы 1С: {versions}."
        "Installed 1C platforms: {versions}."
    }
    PlatformsNone "platforms.installed" "none" Warning {
        "Платформа 1С на этом компьютере не найдена."
        "No 1C platform was found on this computer."
    } {
        "Веб-клиент в окнах работает и без неё; для открытия в обычном клиенте установите тонкий клиент 1С."
        "The web client works in windows without it; to open bases in the native client install the thin client of 1C."
    }
    AddressGood "publication.address" "good" Ok { "Адрес публикации: {address}." "Address of the publication: {address}." }
    AddressNone "publication.address" "none" NotChecked {
        "У базы нет адреса веб-публикации."
        "The base has no address of a web publication."
    }
    AddressInvalid "publication.address" "invalid" Failed {
        "Это не адрес публикации: {detail}."
        "This is not the address of a publication: {detail}."
    } {
        "Укажите адрес вида https://сервер/база, без параметров и имени пользователя."
        "Enter an address like https://server/base, without parameters and user names."
    }
    AddressNormal "publication.address" "normalised" Warning {
        "Адрес записан с лишним; публикация: {address}."
        "The address holds more than it needs; the publication is {address}."
    } { "Сохраните в настройках адрес {address}." "Keep the address {address} in the settings." }
    AddressPlain "publication.address" "plain" Warning {
        "Адрес {address} без шифрования: пароль и данные видны в сети."
        "The address {address} is not encrypted: password and data can be seen in the network."
    } {
        "Опубликуйте базу по https; если она только во внутренней сети, отметьте это в настройках базы."
        "Publish the base over https; if it is inside the company's network only, mark that in the settings of the base."
    }
    Reached "publication.reachable" "answers" Ok { "Сервер {host} отвечает." "The server {host} answers." }
    NameUnknown "publication.reachable" "name" Failed {
        "Имя {host} не найдено в DNS."
        "The name {host} was not found in DNS."
    } {
        "Проверьте имя сервера; имена внутренней сети видны только из неё или через VPN."
        "Check the name of the server; names of the company's network are known only inside it or through VPN."
    }
    Unreachable "publication.reachable" "unreachable" Failed {
        "Сервер {host} не принимает соединение."
        "The server {host} does not accept a connection."
    } {
        "Проверьте, запущен ли веб-сервер, порт в адресе и межсетевой экран."
        "Check that the web server runs, the port in the address and the firewall."
    }
    TimedOut "publication.reachable" "timeout" Failed {
        "Сервер {host} не ответил за {seconds} с."
        "The server {host} did not answer within {seconds} s."
    } {
        "Проверьте сеть и VPN; база может быть занята или закрыта на обслуживание."
        "Check the network and VPN; the base may be busy or locked for maintenance."
    }
    NoSuchPublication "publication.reachable" "not-found" Failed {
        "Сервер {host} отвечает, но публикации по этому адресу нет (404)."
        "The server {host} answers, and there is no publication at this address (404)."
    } { "Проверьте имя базы в адресе." "Check the name of the base in the address." }
    BaseLocked "publication.reachable" "locked" Warning {
        "База закрыта на обслуживание: начало сеансов запрещено."
        "The base is locked for maintenance: sessions are not let in."
    } { "Повторите проверку, когда обслуживание закончится." "Check again when the maintenance is over." }
    ServerTrouble "publication.reachable" "status" Failed {
        "Сервер {host} отвечает ошибкой {status}."
        "The server {host} answers with the error {status}."
    } {
        "Передайте это администратору 1С: ошибка на стороне веб-сервера или кластера."
        "Tell the administrator of 1C: the error is at the web server or the cluster."
    }
    CertificateGood "publication.certificate" "good" Ok {
        "Сертификат принят, действует до {until}, выдан: {issuer}."
        "The certificate is accepted, valid until {until}, issued by {issuer}."
    }
    CertificateSoon "publication.certificate" "soon" Warning {
        "Сертификат «{name}» истекает {until} (дней: {days})."
        "The certificate “{name}” expires on {until} ({days} days)."
    } { "Замените сертификат на сервере до этого дня." "Replace the certificate on the server before that day." }
    CertificateUnused "publication.certificate" "unused" NotChecked {
        "Соединение без шифрования, сертификата нет."
        "The connection is not encrypted, there is no certificate."
    }
    CertificateUnseen "publication.certificate" "unseen" NotChecked {
        "До сертификата дело не дошло: сервер не ответил."
        "No certificate was seen: the server did not answer."
    }
    CertificateExpired "publication.certificate" "expired" Failed {
        "Сертификат «{name}» истёк {until}."
        "The certificate “{name}” expired on {until}."
    } {
        "Замените сертификат на сервере; если дата на этом компьютере неверна, исправьте её."
        "Replace the certificate on the server; if the date of this computer is wrong, correct it."
    }
    CertificateEarly "publication.certificate" "early" Failed {
        "Сертификат «{name}» действует только с {from}."
        "The certificate “{name}” is valid only from {from}."
    } { "Проверьте дату на этом компьютере и на сервере." "Check the date of this computer and of the server." }
    CertificateHost "publication.certificate" "host" Failed {
        "Сертификат выдан не для {host}, а для: {names}."
        "The certificate is not for {host} but for: {names}."
    } {
        "Используйте адрес с именем из сертификата или выпустите сертификат на {host}."
        "Use an address with a name of the certificate, or have a certificate issued for {host}."
    }
    CertificateLink "publication.certificate" "link" Failed {
        "Цепочка обрывается: «{name}» подписан «{issuer}», которого сервер не прислал и этот компьютер не знает (прислано сертификатов: {count})."
        "The chain breaks off: “{name}” is signed by “{issuer}”, which the server did not send and this computer does not know ({count} certificates were sent)."
    } {
        "Добавьте на сервере промежуточный сертификат «{issuer}»; если это корневой сертификат компании, установите его в систему."
        "Add the intermediate certificate “{issuer}” on the server; if it is the root certificate of the company, install it in the system."
    }
    CertificateRoot "publication.certificate" "root" Failed {
        "Сертификат подписан корнем «{issuer}», которому этот компьютер не доверяет."
        "The certificate is signed by the root “{issuer}”, which this computer does not trust."
    } {
        "Установите корневой сертификат компании в систему. Если такого корня у компании нет, соединение кто-то перехватывает."
        "Install the company's root certificate in the system. If the company has no such root, somebody intercepts the connection."
    }
    CertificateOwn "publication.certificate" "self-signed" Failed {
        "Сертификат «{name}» подписан сам собой."
        "The certificate “{name}” is signed by itself."
    } {
        "Поставьте на сервер сертификат, которому доверяют, или установите этот в систему как корневой."
        "Install a trusted certificate on the server, or this one in the system as a root."
    }
    CertificateRefused "publication.certificate" "refused" Failed {
        "Сертификат не принят: {detail}."
        "The certificate was refused: {detail}."
    } { "Передайте это администратору веб-сервера." "Tell the administrator of the web server." }
    TlsOld "publication.certificate" "protocol" Failed {
        "Сервер не поддерживает TLS 1.2 или новее ({detail})."
        "The server does not support TLS 1.2 or newer ({detail})."
    } { "Включите TLS 1.2 на веб-сервере; проверьте, что порт именно для https." "Enable TLS 1.2 on the web server; check that the port is one for https." }
    TlsRoots "publication.certificate" "roots" Failed {
        "На этом компьютере не читается хранилище доверенных сертификатов."
        "The store of trusted certificates of this computer cannot be read."
    } { "Установите пакет ca-certificates или восстановите хранилище системы." "Install the package ca-certificates or repair the store of the system." }
    RedirectNone "publication.redirect" "none" Ok { "Перенаправлений нет." "There are no redirects." }
    RedirectOwn "publication.redirect" "same" Ok {
        "Сервер перенаправляет в пределах себя: {path}."
        "The server redirects within itself: {path}."
    }
    RedirectSecure "publication.redirect" "secure" Warning {
        "Сервер перенаправляет на https: {address}."
        "The server redirects to https: {address}."
    } { "Сохраните в настройках адрес с https." "Keep the address with https in the settings." }
    RedirectHost "publication.redirect" "host" Warning {
        "Сервер перенаправляет на другой адрес: {address}."
        "The server redirects to another address: {address}."
    } {
        "Если база переехала, укажите новый адрес; если это единый вход компании, войдите в окне базы."
        "If the base has moved, enter the new address; if it is the company's sign-in page, sign in in the window of the base."
    }
    RedirectLoop "publication.redirect" "loop" Failed {
        "Сервер перенаправляет по кругу."
        "The server redirects in a circle."
    } { "Передайте это администратору веб-сервера." "Tell the administrator of the web server." }
    RedirectUnseen "publication.redirect" "unseen" NotChecked { "Сервер не ответил." "The server did not answer." }
    ClientFound "publication.client" "found" Ok {
        "Это веб-клиент 1С, версия платформы: {version}."
        "This is the 1C web client, version of the platform: {version}."
    }
    ClientOther "publication.client" "other" Failed {
        "Страница не похожа на веб-клиент 1С («{title}»)."
        "The page does not look like the 1C web client (“{title}”)."
    } {
        "Проверьте адрес: возможно, это страница сервера, прокси или входа в сеть."
        "Check the address: it may be a page of the server, of a proxy or of the network's sign-in."
    }
    ClientUnseen "publication.client" "unseen" NotChecked {
        "Страница веб-клиента не показана до входа или из-за ошибки."
        "The page of the web client is not shown before signing in, or because of an error."
    }
    LoginOwn "publication.login" "form" Ok {
        "Страница открывается без входа на веб-сервер; пользователя спросит сама база."
        "The page opens without signing in at the web server; the base itself asks for the user."
    }
    LoginBasic "publication.login" "basic" Ok {
        "Веб-сервер спрашивает имя и пароль (Basic)."
        "The web server asks for a name and a password (Basic)."
    }
    LoginSystem "publication.login" "system" Warning {
        "Веб-сервер принимает только вход операционной системы ({schemes})."
        "The web server takes only the sign-in of the operating system ({schemes})."
    } {
        "На Windows в домене это работает само; на Linux нужен настроенный Kerberos или вход по имени и паролю."
        "On Windows in a domain it works by itself; on Linux it needs Kerberos, or a sign-in by name and password."
    }
    LoginOther "publication.login" "other" Warning {
        "Веб-сервер требует входа, способ: {schemes}."
        "The web server asks to sign in by: {schemes}."
    } { "Проверьте, что этот способ работает в браузере на этом компьютере." "Check that this way works in a browser on this computer." }
    LoginUnseen "publication.login" "unseen" NotChecked { "До входа дело не дошло." "The sign-in was not reached." }
    WindowFree "publication.window" "free" Ok {
        "Страница открывается в окне; показ внутри других сайтов тоже не запрещён."
        "The page opens in a window; showing it inside other sites is not forbidden either."
    }
    WindowFrames "publication.window" "frames" Ok {
        "Страница открывается в окне. Показ внутри других сайтов запрещён ({header}), окну это не мешает: оно не фрейм."
        "The page opens in a window. Showing it inside other sites is forbidden ({header}), which does not concern a window: it is no frame."
    }
    WindowSandbox "publication.window" "sandbox" Failed {
        "Заголовок Content-Security-Policy запрещает странице выполнять сценарии."
        "The header Content-Security-Policy forbids the page to run scripts."
    } { "Уберите sandbox из политики на веб-сервере для этой публикации." "Remove sandbox from the policy of the web server for this publication." }
    WindowDownload "publication.window" "download" Failed {
        "Сервер отдаёт страницу как {kind}, окно её не покажет."
        "The server gives the page as {kind}, which a window does not show."
    } { "Проверьте адрес и настройку веб-сервера." "Check the address and the settings of the web server." }
    WindowUnseen "publication.window" "unseen" NotChecked { "Страница не получена." "There is no page to judge." }
    ModeService "publication.service-mode" "service" Ok {
        "База в сервисе (1cFresh): вход, лицензии, OData и сервисы подчиняются его правилам."
        "The base lives in a service (1cFresh): sign-in, licences, OData and services follow its rules."
    }
    ModeOwn "publication.service-mode" "own" Ok {
        "По адресу это обычная публикация, не сервис."
        "By its address this is a usual publication, not a service."
    }
    ODataOpen "publication.odata" "open" Ok {
        "Интерфейс OData отвечает без пароля."
        "The OData interface answers without a password."
    }
    ODataAsks "publication.odata" "asks" Ok {
        "Интерфейс OData отвечает и спрашивает пользователя."
        "The OData interface answers and asks for a user."
    }
    ODataOff "publication.odata" "off" Warning {
        "Интерфейс OData не опубликован."
        "The OData interface is not published."
    } {
        "Для открытия окон он не нужен. Чтобы искать объекты по реквизитам, опубликуйте его вместе с веб-клиентом."
        "Windows do not need it. To find objects by attributes publish it together with the web client."
    }
    ODataLicence "publication.odata" "licence" Warning {
        "Интерфейсу OData не хватило лицензии."
        "No licence was free for the OData interface."
    } { "Повторите проверку, когда лицензия освободится." "Check again when a licence is free." }
    ODataUnclear "publication.odata" "unclear" Warning {
        "Интерфейс OData ответил непонятно: {kind}."
        "The OData interface did not answer as expected: {kind}."
    } { "Передайте это администратору 1С." "Tell the administrator of 1C." }
    ODataUnseen "publication.odata" "unseen" NotChecked { "Сервер не ответил." "The server did not answer." }
    ServicesOpen "publication.services" "open" Ok {
        "HTTP-сервис Hotstart в базе отвечает."
        "The HTTP service of Hotstart in the base answers."
    }
    ServicesAsks "publication.services" "asks" Ok {
        "HTTP-сервисы отвечают и спрашивают пользователя; есть ли среди них сервис Hotstart, видно после входа."
        "HTTP services answer and ask for a user; whether that of Hotstart is among them is seen after signing in."
    }
    ServicesOff "publication.services" "off" Warning {
        "HTTP-сервис Hotstart в базе не опубликован."
        "The HTTP service of Hotstart is not published in the base."
    } {
        "Для открытия окон он не нужен. Чтобы передавать события в 1С, установите расширение и опубликуйте его сервис."
        "Windows do not need it. To relay events to 1C install the extension and publish its service."
    }
    ServicesLicence "publication.services" "licence" Warning {
        "HTTP-сервису не хватило лицензии."
        "No licence was free for the HTTP service."
    } { "Повторите проверку, когда лицензия освободится." "Check again when a licence is free." }
    ServicesUnclear "publication.services" "unclear" Warning {
        "HTTP-сервис ответил непонятно: {kind}."
        "The HTTP service did not answer as expected: {kind}."
    } { "Передайте это администратору 1С." "Tell the administrator of 1C." }
    ServicesUnseen "publication.services" "unseen" NotChecked { "Сервер не ответил." "The server did not answer." }
    Outside "publication.outside" "unseen" NotChecked {
        "Доступна ли публикация из Интернета, с этого компьютера не видно."
        "Whether the publication can be reached from the Internet cannot be seen from this computer."
    }
    Role "publication.role" "unseen" NotChecked {
        "Какие права у пользователя в базе, до входа не видно."
        "What rights the user has in the base cannot be seen before signing in."
    }
    Live "publication.live" "unseen" NotChecked {
        "Переход по ссылке без перезагрузки и работа в этом движке проверяются при первом открытии окна."
        "Following a link without a reload and this browser engine are checked when a window is first opened."
    }
    LiveFollowed "publication.live" "followed" Ok {
        "Окно этой базы переходит по ссылкам без перезагрузки: горячий старт работает."
        "The window of this base follows links without a reload: hot start works."
    }
    LiveIgnored "publication.live" "ignored" Warning {
        "Окно этой базы не перешло по последней ссылке: для неё открылось второе окно."
        "The window of this base did not follow the last link: a second window was opened for it."
    } {
        "Обновите страницу базы. Если это повторяется, выберите для базы холодный старт."
        "Load the page of the base anew. If it happens again, choose cold start for this base."
    }
    ReleaseConfirmed "publication.release" "confirmed" Ok {
        "База подтвердила завершение последнего сеанса: лицензия освобождается."
        "The base confirmed the end of the last session: the licence is released."
    }
    ReleaseFailed "publication.release" "failed" Warning {
        "База не подтвердила завершение последнего сеанса ({detail}): лицензия могла остаться занятой."
        "The base did not confirm the end of the last session ({detail}): the licence may have stayed held."
    } {
        "Посмотрите активные сеансы базы; Hotstart попробует завершить сеанс ещё раз при следующем запуске."
        "Look at the active sessions of the base; Hotstart tries to end the session again at its next start."
    }
    ReleaseUnseen "publication.release" "unseen" NotChecked {
        "Освобождение лицензии проверится, когда закроется первое окно базы."
        "The release of the licence is checked when the first window of the base is closed."
    }
    WayRunning "base.way" "running" Ok {
        "Лучший путь в базу: работающий клиент 1С. Публикация и вторая лицензия не нужны."
        "The best way into the base: the running client of 1C. It needs no publication and no second licence."
    }
    WayService "base.way" "service" Ok {
        "Лучший путь в базу: HTTP-сервис внутри сети. Клиенты 1С могут быть закрыты."
        "The best way into the base: the HTTP service inside the network. The clients of 1C may be closed."
    }
    WayServiceUnsure "base.way" "service-unsure" NotChecked {
        "Лучший путь в базу, судя по увиденному: HTTP-сервис внутри сети."
        "The best way into the base by what was seen: the HTTP service inside the network."
    }
    WayServiceNeeds "base.way" "service-needs" Warning {
        "Лучший путь в базу: HTTP-сервис внутри сети, но он ещё не готов."
        "The best way into the base: the HTTP service inside the network, which is not ready yet."
    } { "Hotstart сам ничего не переключает." "Hotstart switches nothing by itself." }
    WayPolling "base.way" "polling" NotChecked {
        "Лучший путь в базу: клиент 1С, который опрашивает мост Hotstart. Клиент при этом не замирает."
        "The best way into the base: a client of 1C that polls the bridge of Hotstart. The client does not freeze."
    } {
        "Установите в базу расширение Hotstart, включите мост и подключите клиент токеном базы."
        "Install the Hotstart extension in the base, switch the bridge on and attach the client by the token of the base."
    }
    WayPollingNeeds "base.way" "polling-needs" Warning {
        "Лучший путь в базу: клиент 1С, который опрашивает мост Hotstart, но для него ещё не всё готово."
        "The best way into the base: a client of 1C that polls the bridge of Hotstart, for which not all is ready."
    } {
        "Установите в базу расширение Hotstart, включите мост и подключите клиент токеном базы."
        "Install the Hotstart extension in the base, switch the bridge on and attach the client by the token of the base."
    }
    WayVendorPush "base.way" "vendor-push" NotChecked {
        "Судя по увиденному, ближе всего способ вендора: сеанс 1С держит соединение с порталом."
        "By what was seen the way of the vendor is the nearest: a session of 1C holds the connection to the portal."
    } {
        "Запустите соединение в коннекторе 1С и не закрывайте этот сеанс; чтобы обойтись без него, установите расширение Hotstart и опубликуйте его сервис внутри сети."
        "Start the connection in the connector of 1C and keep that session open; to do without it install the Hotstart extension and publish its service inside the network."
    }
    WayVendorService "base.way" "vendor-service" NotChecked {
        "Судя по увиденному, ближе всего способ вендора: портал сам обращается к HTTP-сервису базы."
        "By what was seen the way of the vendor is the nearest: the portal itself calls the HTTP service of the base."
    } {
        "Укажите в коннекторе 1С адрес базы, видимый снаружи, имя и пароль пользователя."
        "Enter the address of the base as seen from outside, the user and the password in the connector of 1C."
    }
    WayNone "base.way" "none" Warning {
        "Ни один путь в базу не подходит."
        "No way into the base fits."
    } { "Опубликуйте базу внутри сети или установите клиент 1С." "Publish the base inside the network or install a client of 1C." }
} }
