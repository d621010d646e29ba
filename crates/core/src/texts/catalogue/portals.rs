//! Portals: ways to connect one, its state and its rights, signing in, polling.

macro_rules! portals {
    ($next:ident $($rest:ident)* { $($rows:tt)* }) => { $next! { $($rest)* {
        $($rows)*
        ScopeCrm "scope.crm" {
            "поиск документа 1С по карточке CRM"
            "finding the 1C document of a CRM card"
        }
        ScopeIm "scope.im" {
            "чтение уведомлений и сообщений, ответ на них прямо отсюда"
            "reading notifications and messages, and answering them from here"
        }
        ScopePullChannel "scope.pull-channel" {
            "события портала сразу, без ожидания: уведомления и сообщения"
            "portal events at once: notifications and messages"
        }
        ScopePull "scope.pull" {
            "команды из карточек портала сразу, без ожидания"
            "commands from cards of the portal at once"
        }
        LoginPageDone "login.page.done" {
            "Портал ответил. Вернитесь в Hotstart, эту вкладку можно закрыть."
            "The portal has answered. Go back to Hotstart; this tab can be closed."
        }
        LoginPageForeign "login.page.foreign" {
            "Этого входа Hotstart не ждёт. Начните его заново в настройках Hotstart."
            "Hotstart does not wait for this sign-in. Start it again in the settings of Hotstart."
        }
        UiPortalsEmptyTitle "ui.portals.empty.title" { "Портал пока не подключён" "No portal is connected yet" }
        UiPortalsEmptyText "ui.portals.empty.text" {
            "Подключите портал Битрикс24: события начнут приходить на рабочий стол, а ссылки из карточек будут открывать документы 1С."
            "Connect a Bitrix24 portal: its events will reach your desk, and links in its cards will open 1C documents."
        }
        UiPortalsAdd "ui.portals.add" { "Подключить портал" "Connect a portal" }
        UiPortalsStopped "ui.portals.stopped" {
            "Соединение отключено: события не приходят."
            "The connection is stopped: no events arrive."
        }
        UiPortalsRemoveAsk "ui.portals.remove.ask" {
            "Отключить портал {portal}? Его секреты будут удалены с этого компьютера."
            "Disconnect the portal {portal}? Its secrets will be deleted from this computer."
        }
        UiPortalsRemoveYes "ui.portals.remove.yes" { "Отключить портал" "Disconnect the portal" }
        UiPortalsMemory "ui.portals.memory" {
            "Секрет хранится только в памяти. После перезапуска программы подключите портал ещё раз."
            "The secret is kept in memory only. After a restart, connect the portal again."
        }
        UiPortalsBase "ui.portals.base" { "База для ссылок без указания базы" "Base for links that name none" }
        UiPortalsBaseNone "ui.portals.base.none" { "Не выбрана" "Not chosen" }
        UiPortalsSince "ui.portals.since" { "с" "since" }
        UiPortalsServer "ui.portals.server" { "Версия сервера событий" "Event server version" }
        UiPortalsLastEvent "ui.portals.last-event" { "Последнее событие" "Last event" }
        UiPortalsTransport "ui.portals.transport" { "Канал событий" "Event channel" }
        UiPortalsTransportWebSocket "ui.portals.transport.web-socket" { "WebSocket" "WebSocket" }
        UiPortalsTransportLongPolling "ui.portals.transport.long-polling" { "Длинные запросы" "Long polling" }
        UiPortalsReconnects "ui.portals.reconnects" { "Переподключений" "Reconnects" }
        UiPortalsUser "ui.portals.user" { "Пользователь" "User" }
        UiPortalsAgain "ui.portals.again" { "Войти снова" "Sign in again" }
        UiPortalsMissing "ui.portals.missing" { "Не хватает прав. Подключение работает, но без этого:" "Some rights are missing. The connection works, but without this:" }
        UiPortalsMissingHow "ui.portals.missing.how" {
            "Отметьте их на портале в настройках вебхука или приложения и проверьте снова."
            "Tick them on the portal in the settings of the webhook or the application, then check again."
        }
        UiPortalsCheck "ui.portals.check" { "Проверить снова" "Check again" }
        UiPortalsWay "ui.portals.way" { "Подключение" "Connection" }
        UiPortalAddress "ui.portal.address" { "Адрес портала" "Address of the portal" }
        UiStateOnline "ui.state.online" { "На связи" "Online" }
        UiStateConnecting "ui.state.connecting" { "Соединение…" "Connecting…" }
        UiStateWaiting "ui.state.waiting" { "Нет связи, повтор через {seconds} с" "No connection, retry in {seconds} s" }
        UiStatePolling "ui.state.polling" { "Опрос примерно раз в {minutes} мин" "Asked about every {minutes} min" }
        UiStateStopped "ui.state.stopped" { "Отключено" "Stopped" }
        UiStateFailed "ui.state.failed" { "Требует внимания" "Needs attention" }
        UiWayTitle "ui.way.title" { "Как подключиться" "How to connect" }
        UiWayWebhook "ui.way.webhook" { "Вебхук" "Webhook" }
        UiWayWebhookFor "ui.way.webhook.for" {
            "Подходит почти всем: вы создаёте его на портале сами, права администратора не нужны. Уведомления и сообщения приходят сразу."
            "Fits almost everybody: you create it on the portal yourself, no administrator rights needed. Notifications and messages come at once."
        }
        UiWayApplication "ui.way.application" { "Приложение" "Application" }
        UiWayApplicationFor "ui.way.application.for" {
            "Если администратор портала создал локальное приложение и дал вам его код и ключ. Каждый сотрудник входит сам; кнопка «Открыть в 1С» в карточках работает без вопросов браузера."
            "If the administrator of the portal has made a local application and gave you its id and secret. Each employee signs in; the button “Open in 1C” in cards needs no question of the browser."
        }
        UiWaySession "ui.way.session" { "Вход через окно (пробный способ)" "Sign-in in a window (experimental)" }
        UiWaySessionFor "ui.way.session.for" {
            "Если вебхуки запрещены, а приложения нет. Вы входите на портал в окне Hotstart, как в браузере. Когда портал завершит сеанс, вход придётся повторить."
            "If webhooks are forbidden and there is no application. You sign in to the portal in a window of Hotstart, as in a browser. When the portal ends the session, you sign in again."
        }
        UiWebhookAddress "ui.webhook.address" { "Адрес входящего вебхука" "Address of the incoming webhook" }
        UiWebhookWhere "ui.webhook.where" {
            "Создайте его на портале: «Разработчикам» → «Другое» → «Входящий вебхук». Скопируйте адрес целиком, вместе с секретом."
            "Create it on the portal: Developer resources → Other → Inbound webhook. Copy the whole address with its secret."
        }
        UiWebhookScopes "ui.webhook.scopes" { "Какие права отметить" "Which rights to tick" }
        UiWebhookSecret "ui.webhook.secret" {
            "Секрет попадёт в хранилище секретов системы. В настройках и журнале его не будет."
            "The secret goes to the secret store of the system. It never appears in settings or the journal."
        }
        UiWebhookConnect "ui.webhook.connect" { "Подключить" "Connect" }
        UiWebhookConnecting "ui.webhook.connecting" { "Проверка…" "Checking…" }
        UiWebhookMemory "ui.webhook.memory" {
            "Хранить секрет только в памяти, до выхода из программы"
            "Keep the secret in memory only, until the program quits"
        }
        UiApplicationId "ui.application.id" { "Код приложения (client_id)" "Id of the application (client_id)" }
        UiApplicationSecret "ui.application.secret" { "Ключ приложения (client_secret)" "Secret of the application (client_secret)" }
        UiApplicationPort "ui.application.port" { "Порт в адресе возврата" "Port of the return address" }
        UiApplicationWhere "ui.application.where" {
            "Администратор создаёт его на портале: «Разработчикам» → «Другое» → «Локальное приложение», тип «Серверное», «Использует только API». Путь обработчика:"
            "The administrator makes it on the portal: Developer resources → Other → Local application, type Server, uses only API. Handler path:"
        }
        UiApplicationStart "ui.application.start" { "Войти через браузер" "Sign in with the browser" }
        UiSessionStart "ui.session.start" { "Открыть окно для входа" "Open the sign-in window" }
        UiLoginTitle "ui.login.title" { "Вход на портал {portal}" "Signing in to the portal {portal}" }
        UiLoginBrowser "ui.login.browser" {
            "В браузере открыта страница портала. Войдите и разрешите доступ: Hotstart узнает об этом сам. На вход есть пять минут."
            "The portal is open in your browser. Sign in and allow the access: Hotstart will know by itself. There are five minutes."
        }
        UiLoginByHand "ui.login.by-hand" {
            "В браузере открыта страница портала. Войдите и разрешите доступ, затем сразу скопируйте адрес открывшейся страницы сюда: он действует 30 секунд."
            "The portal is open in your browser. Sign in and allow the access, then paste the address of the page that follows here at once: it is good for 30 seconds."
        }
        UiLoginPaste "ui.login.paste" { "Если Hotstart не заметил входа, вставьте адрес из браузера" "If Hotstart does not notice, paste the address from the browser" }
        UiLoginUse "ui.login.use" { "Использовать адрес" "Use this address" }
        UiLoginWindow "ui.login.window" {
            "Войдите на портал в открывшемся окне. Оно закроется само."
            "Sign in to the portal in the window that has opened. It closes by itself."
        }
        UiLoginChecking "ui.login.checking" { "Проверка входа…" "Checking the sign-in…" }
        UiIntranet "ui.intranet" {
            "Сервер во внутренней сети: разрешить адрес без шифрования (http)"
            "The server is in the company network: allow an unencrypted address (http)"
        }
        UiGeneralSessions "ui.general.sessions" { "Вход на порталы" "Signing in to portals" }
        UiGeneralSessionsAllow "ui.general.sessions.allow" { "Разрешить вход через окно программы" "Allow signing in through a window of the program" }
        UiGeneralSessionsHint "ui.general.sessions.hint" {
            "Пробный способ: программа хранит сеанс портала в хранилище секретов системы."
            "Experimental: the program keeps the session of the portal in the secret store of the system."
        }
        UiPollingTitle "ui.polling.title" { "Опрос портала, если канал событий недоступен" "Asking the portal where no event channel can be had" }
        UiPollingAllowed "ui.polling.allowed" { "Опрашивать портал" "Ask the portal" }
        UiPollingHint "ui.polling.hint" {
            "Портал считает запросы всех компьютеров за одним адресом вместе. Укажите, сколько их, чтобы они не мешали друг другу."
            "The portal counts the requests of all computers behind one address together. Say how many there are, so that they do not hinder each other."
        }
        UiPollingDesks "ui.polling.desks" { "Компьютеров с Hotstart за одним адресом" "Computers with Hotstart behind one address" }
        UiPollingPerMinute "ui.polling.per-minute" { "Запросов в минуту на всех" "Requests a minute for all of them" }
        UiPollingSole "ui.polling.sole" { "Читать очередь сообщений (im.v2.Event)" "Read the queue of messages (im.v2.Event)" }
        UiPollingSoleHint "ui.polling.sole.hint" {
            "Включайте, только если эту очередь больше никто не читает: каждое сообщение получает лишь один читатель."
            "Tick it only if nobody else reads this queue: each message reaches one reader only."
        }
    } } };
}
