//! What the doctor finds about what a publication and its base answer, and which way leads into it.

macro_rules! base {
    ($next:ident $($rest:ident)* { $($rows:tt)* }) => { $next! { $($rest)* {
        $($rows)*
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
    } } };
}
