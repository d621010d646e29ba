//! What the doctor finds about the way to a publication: address, network, certificates.

macro_rules! publication {
    ($next:ident $($rest:ident)* { $($rows:tt)* }) => { $next! { $($rest)* {
        $($rows)*
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
    } } };
}
