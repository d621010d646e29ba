//! The catalogue of short texts.
use super::Text;

macro_rules! catalogue {
    ($($(#[$meta:meta])* $variant:ident $name:literal { $ru:literal $en:literal })*) => {
        /// The key of a text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Key {
            $(
                #[doc = $en]
                $variant,
            )*
        }

        impl Key {
            /// The text of this key in both languages.
            pub const fn text(self) -> Text {
                match self {
                    $(Self::$variant => Text { ru: $ru, en: $en },)*
                }
            }
        }

        /// Every text with its written key, for the pages and for tests.
        pub const CATALOGUE: &[(&str, Text)] = &[$(($name, Text { ru: $ru, en: $en }),)*];
    };
}

catalogue! {
    TrayOnline "tray.online" { "На связи с {portal}" "Connected to {portal}" }
    TrayConnecting "tray.connecting" { "Соединение с {portal}…" "Connecting to {portal}…" }
    TrayWaiting "tray.waiting" { "Нет связи с {portal}, повтор через {seconds} с" "No connection to {portal}, retry in {seconds} s" }
    TrayPolling "tray.polling" { "{portal}: опрос примерно раз в {minutes} мин, канал недоступен" "{portal}: asked about every {minutes} min, no channel" }
    TrayStopped "tray.stopped" { "Соединение отключено" "Connection stopped" }
    TrayFailed "tray.failed" { "Соединение с {portal} требует внимания" "The connection to {portal} needs attention" }
    TrayNoPortal "tray.no-portal" { "Портал не подключён" "No portal connected" }
    TrayUnread "tray.unread" { "Непрочитанных: {count}" "Unread: {count}" }
    MenuShow "menu.show" { "Показать" "Show" }
    MenuRelease "menu.release" { "Завершить сеанс 1С" "End the 1C session" }
    MenuRecent "menu.recent" { "Недавние объекты" "Recent objects" }
    MenuFavourites "menu.favourites" { "Избранное" "Favourites" }
    MenuStart "menu.start" { "Запустить соединение" "Start the connection" }
    MenuStop "menu.stop" { "Отключить соединение" "Stop the connection" }
    MenuInbox "menu.inbox" { "Уведомления" "Notifications" }
    MenuSettings "menu.settings" { "Настройки" "Settings" }
    MenuJournal "menu.journal" { "Журнал" "Journal" }
    MenuQuit "menu.quit" { "Выход" "Quit" }
    NoteDownloaded "note.downloaded" { "Файл сохранён" "File saved" }
    NoteDownloadFailed "note.download-failed" { "Файл не сохранён" "The file was not saved" }
    NoteAnswer "note.answer" { "Ответ не отправлен" "The answer was not sent" }
    NoteMore "note.more" { "(ещё непрочитанных: {count})" "({count} more unread)" }
    NoteMissed "note.missed" { "Пропущенное на портале {portal}" "Missed on the portal {portal}" }
    NoteMissedText "note.missed.text" {
        "Новых уведомлений и сообщений: {count}. Все они на странице «Уведомления»."
        "New notifications and messages: {count}. All of them are on the page “Notifications”."
    }
    JournalRepaired "journal.repaired" {
        "Уведомления восстановлены с портала: добавлено {added}, отмечено прочитанными {read}"
        "Notifications were repaired from the portal: {added} added, {read} marked as read"
    }
    NoteConnection "note.connection" { "Соединение требует внимания" "The connection needs attention" }
    NoteProblem "note.problem" { "Не получилось открыть" "It could not be opened" }
    NoteLogin "note.login" { "1С просит войти" "1C asks you to sign in" }
    NoteLoginText "note.login.text" {
        "Сеанс базы «{base}» завершён. Войдите в окне: ожидающие ссылки откроются сразу после входа."
        "The session of the base “{base}” has ended. Sign in to its window: links that wait will open right after."
    }
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
    AskCommandTitle "ask.command.title" { "Выполнить команду 1С?" "Run a 1C command?" }
    AskCommandText "ask.command.text" {
        "Ссылка просит выполнить в базе «{base}»: {command}. Разрешайте, только если ждали этого."
        "The link asks to run in the base “{base}”: {command}. Allow it only if you expected this."
    }
    AskUnknownTitle "ask.unknown.title" { "Открыть незнакомую базу 1С?" "Open an unknown 1C base?" }
    AskUnknownText "ask.unknown.text" {
        "Ссылка ведёт в базу, которой нет в настройках: {address}. Её откроет программа запуска 1С."
        "The link leads to a base that is not in the settings: {address}. The 1C starter will open it."
    }
    AskMissingTitle "ask.missing.title" { "Объект 1С не найден" "No 1C object was found" }
    AskMissingText "ask.missing.text" {
        "К карточке «{entity}» не привязан объект 1С, и поиск в базе его не нашёл."
        "No 1C object is linked to the card “{entity}”, and a search in the base found none."
    }
    AskBaseTitle "ask.base.title" { "В какой базе создать?" "In which base shall it be made?" }
    AskBaseText "ask.base.text" {
        "Для этой карточки настроено несколько баз: {entity}."
        "Several bases are set up for this card: {entity}."
    }
    AskEntityTitle "ask.entity.title" { "Какую карточку открыть?" "Which card shall be opened?" }
    AskEntityText "ask.entity.text" {
        "С этим объектом связано несколько карточек: {object}."
        "Several cards are linked to this object: {object}."
    }
    ChoiceCreate "choice.create" { "Создать: {object}" "Create: {object}" }
    ChoiceLink "choice.link" { "Связать с существующим объектом" "Link to an existing object" }
    FieldLabel "field.label" { "Открыть в 1С" "Open in 1C" }
    ChoiceOpen "choice.open" { "Открыть" "Open" }
    AskObjectTitle "ask.object.title" { "Какой объект открыть?" "Which object shall be opened?" }
    AskObjectText "ask.object.text" { "У карточки {entity} несколько объектов 1С." "The card {entity} has several 1C objects." }
    AskDirtyTitle "ask.dirty.title" { "В окне есть несохранённые данные" "The window holds unsaved work" }
    AskDirtyText "ask.dirty.text" {
        "Если завершить сеанс базы «{base}», введённое пропадёт."
        "If the session of the base “{base}” ends now, what was typed is lost."
    }
    ChoiceAllow "choice.allow" { "Выполнить" "Run" }
    ChoiceAlways "choice.always" { "Всегда разрешать" "Always allow" }
    ChoiceCancel "choice.cancel" { "Отмена" "Cancel" }
    ChoiceDiscard "choice.discard" { "Завершить без сохранения" "End without saving" }
    ChoiceKeep "choice.keep" { "Вернуться в окно" "Back to the window" }
    UiNavLabel "ui.nav.label" { "Разделы" "Sections" }
    UiNavPortals "ui.nav.portals" { "Порталы" "Portals" }
    UiNavBases "ui.nav.bases" { "Базы" "Bases" }
    UiNavLinks "ui.nav.links" { "Связи" "Links" }
    UiLinksNone "ui.links.none" { "Сначала подключите портал и добавьте базу." "Connect a portal and add a base first." }
    UiLinksPortal "ui.links.portal" { "Портал" "Portal" }
    UiPreviewTitle "ui.preview.title" { "Что откроется?" "What would open?" }
    UiPreviewText "ui.preview.text" {
        "Введите адрес карточки, ссылку или тип и номер: deal:123. Ничего не откроется."
        "Enter the address of a card, a link, or type and number: deal:123. Nothing opens."
    }
    UiPreviewCard "ui.preview.card" { "Карточка" "Card" }
    UiPreviewRun "ui.preview.run" { "Показать" "Show" }
    UiPreviewRunning "ui.preview.running" { "Спрашиваем портал…" "Asking the portal…" }
    UiPreviewCached "ui.preview.cached" { "Из памяти, портал не опрашивался." "From memory, the portal was not asked." }
    UiPreviewSingle "ui.preview.single" { "Откроется сразу:" "Opens at once:" }
    UiPreviewSeveral "ui.preview.several" { "Будет предложен выбор:" "One of these is chosen:" }
    UiPreviewNone "ui.preview.none" { "Объекта 1С нет." "There is no 1C object." }
    UiPreviewCreate "ui.preview.create" { "Будет предложено создать: {object} в базе «{base}»" "Offered to create: {object} in the base “{base}”" }
    UiPreviewLink "ui.preview.link" { "Связать вручную" "Link by hand" }
    UiOriginField "ui.origin.field" { "поле {name}" "field {name}" }
    UiOriginActivity "ui.origin.activity" { "дело внешнего канала" "activity of an external channel" }
    UiOriginExternal "ui.origin.external" { "внешний код" "external identifier" }
    UiOriginSearch "ui.origin.search" { "найдено по реквизиту «{attribute}»" "found by the attribute “{attribute}”" }
    UiByHandTitle "ui.by-hand.title" { "Связать карточку с объектом 1С" "Link a card to a 1C object" }
    UiByHandText "ui.by-hand.text" {
        "Откройте объект в 1С, получите его ссылку (Главное меню, «Получить ссылку») и вставьте её. Она запишется в поле карточки «{title}»."
        "Open the object in 1C, get its link (main menu, “Get link”) and paste it. It is written to the field of the card “{title}”."
    }
    UiByHandLink "ui.by-hand.link" { "Ссылка на объект" "Link to the object" }
    UiByHandSave "ui.by-hand.save" { "Связать и открыть" "Link and open" }
    UiBackTitle "ui.back.title" { "Карточка по объекту" "The card of an object" }
    UiBackText "ui.back.text" {
        "Вставьте ссылку на объект 1С: откроется карточка портала, которая на него ссылается."
        "Paste a link to a 1C object: the card of the portal that leads to it opens."
    }
    UiBackOpen "ui.back.open" { "Открыть карточку" "Open the card" }
    UiMappingTitle "ui.mapping.title" { "Соответствия" "Mapping" }
    UiMappingText "ui.mapping.text" {
        "Нужны там, где в карточке нет ссылки: по внешнему коду, для поиска и для создания объектов."
        "Needed where a card holds no link: for external identifiers, for searches and for making objects."
    }
    UiMappingPreset "ui.mapping.preset" { "Добавить типовые для конфигурации" "Add what a configuration usually has" }
    UiMappingPresetAdd "ui.mapping.preset.add" { "Добавить" "Add" }
    UiPresetUt "ui.preset.ut" { "Управление торговлей" "Trade Management" }
    UiPresetUnf "ui.preset.unf" { "Управление нашей фирмой" "Small Business" }
    UiPresetBp "ui.preset.bp" { "Бухгалтерия предприятия" "Accounting" }
    UiPresetErp "ui.preset.erp" { "ERP" "ERP" }
    UiPresetKa "ui.preset.ka" { "Комплексная автоматизация" "Comprehensive Automation" }
    UiMappingKinds "ui.mapping.kinds" { "Типы карточек и виды объектов" "Types of cards and kinds of objects" }
    UiMappingEntity "ui.mapping.entity" { "Карточка" "Card" }
    UiMappingEntityHint "ui.mapping.entity.hint" { "deal, company, contact, invoice, quote, lead или номер смарт-процесса" "deal, company, contact, invoice, quote, lead, or the number of a smart process" }
    UiMappingBase "ui.mapping.base" { "База" "Base" }
    UiMappingObject "ui.mapping.object" { "Вид объекта" "Kind of object" }
    UiMappingAttribute "ui.mapping.attribute" { "Реквизит для поиска" "Attribute for search" }
    UiMappingField "ui.mapping.field" { "Поле карточки" "Field of the card" }
    UiMappingFieldHint "ui.mapping.field.hint" { "Без поля ищется номер карточки." "Without a field the id of the card is searched." }
    UiMappingOriginators "ui.mapping.originators" { "Внешние системы (ORIGINATOR_ID)" "External systems (ORIGINATOR_ID)" }
    UiMappingOriginator "ui.mapping.originator" { "Код системы" "Identifier of the system" }
    UiMappingFields "ui.mapping.fields" { "Поля со ссылками" "Fields with links" }
    UiMappingFieldsHint "ui.mapping.fields.hint" {
        "Через запятую, в порядке важности. Остальные пользовательские поля читаются после них."
        "With commas, the most important first. All other user fields are read after them."
    }
    UiMappingLinkField "ui.mapping.link-field" { "Поле, в которое записывается ссылка" "The field to which links are written" }
    UiMappingTemplates "ui.mapping.templates" { "Свои адреса страниц (коробочный портал)" "Own addresses of pages (portal on your server)" }
    UiMappingPage "ui.mapping.page" { "Страница" "Page" }
    UiMappingPath "ui.mapping.path" { "Путь" "Path" }
    UiMappingAdd "ui.mapping.add" { "Добавить строку" "Add a row" }
    UiFieldsTitle "ui.fields.title" { "Поле «Открыть в 1С»" "The field “Open in 1C”" }
    UiFieldsText "ui.fields.text" {
        "Создаёт на карточках поле типа «Ссылка». Нужны права администратора портала."
        "Makes a field of the type “Link” on cards. Needs the rights of an administrator of the portal."
    }
    UiFieldsMake "ui.fields.make" { "Создать поле" "Make the field" }
    UiFieldsMade "ui.fields.made" { "создано: {name}" "made: {name}" }
    UiFieldsKnown "ui.fields.known" { "уже есть: {name}" "is there: {name}" }
    UiFieldsPattern "ui.fields.pattern" { "Значение для робота" "Value for a robot" }
    UiFieldsProcesses "ui.fields.processes" { "Показать смарт-процессы" "Show smart processes" }
    UiFieldsCopy "ui.fields.copy" { "Скопировать" "Copy" }
    UiWritingText "ui.writing.text" {
        "Записывает ссылки в карточки, которые 1С уже знает по внешнему коду. Заполненные поля не меняются."
        "Writes links to cards that 1C already knows by their external identifier. Filled fields stay as they are."
    }
    UiWritingStart "ui.writing.start" { "Записать ссылки" "Write links" }
    UiWritingGoOn "ui.writing.go-on" { "Продолжить" "Go on" }
    UiWritingCancel "ui.writing.cancel" { "Остановить" "Stop" }
    UiWritingProgress "ui.writing.progress" { "Просмотрено: {seen}, записано: {written}, не принято: {failed}" "Looked at: {seen}, written: {written}, not taken: {failed}" }
    UiWritingRunning "ui.writing.running" { "Идёт запись" "Writing" }
    UiWritingCancelled "ui.writing.cancelled" { "Остановлено" "Stopped" }
    UiWritingFailed "ui.writing.failed" { "Прервано" "Broken off" }
    UiWritingFinished "ui.writing.finished" { "Готово" "Done" }
    UiEntityDeal "ui.entity.deal" { "Сделки" "Deals" }
    UiEntityCompany "ui.entity.company" { "Компании" "Companies" }
    UiEntityContact "ui.entity.contact" { "Контакты" "Contacts" }
    UiEntityInvoice "ui.entity.invoice" { "Счета" "Invoices" }
    UiEntityLead "ui.entity.lead" { "Лиды" "Leads" }
    UiEntityQuote "ui.entity.quote" { "Предложения" "Quotes" }
    UiOperationLink "ui.operation.link" { "Связь с 1С" "Link to 1C" }
    UiOperationFields "ui.operation.fields" { "Поля портала" "Fields of the portal" }
    UiNavGeneral "ui.nav.general" { "Общие" "General" }
    UiNavQuestion "ui.nav.question" { "Вопрос" "Question" }
    UiLoading "ui.loading" { "Загрузка…" "Loading…" }
    UiFailureLabel "ui.failure.label" { "Ошибка" "Error" }
    UiFailureCode "ui.failure.code" { "Код: {code}" "Code: {code}" }
    UiFailureDismiss "ui.failure.dismiss" { "Скрыть" "Dismiss" }
    UiActionEdit "ui.action.edit" { "Изменить" "Edit" }
    UiActionSave "ui.action.save" { "Сохранить" "Save" }
    UiActionRemove "ui.action.remove" { "Удалить" "Remove" }
    UiActionOpen "ui.action.open" { "Открыть" "Open" }
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
    UiStateOnline "ui.state.online" { "На связи" "Online" }
    UiStateConnecting "ui.state.connecting" { "Соединение…" "Connecting…" }
    UiStateWaiting "ui.state.waiting" { "Нет связи, повтор через {seconds} с" "No connection, retry in {seconds} s" }
    UiStatePolling "ui.state.polling" { "Опрос примерно раз в {minutes} мин" "Asked about every {minutes} min" }
    UiStateStopped "ui.state.stopped" { "Отключено" "Stopped" }
    UiStateFailed "ui.state.failed" { "Требует внимания" "Needs attention" }
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
    UiPortalAddress "ui.portal.address" { "Адрес портала" "Address of the portal" }
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
    UiPortalsAgain "ui.portals.again" { "Войти снова" "Sign in again" }
    UiPortalsMissing "ui.portals.missing" { "Не хватает прав. Подключение работает, но без этого:" "Some rights are missing. The connection works, but without this:" }
    UiPortalsMissingHow "ui.portals.missing.how" {
        "Отметьте их на портале в настройках вебхука или приложения и проверьте снова."
        "Tick them on the portal in the settings of the webhook or the application, then check again."
    }
    UiPortalsCheck "ui.portals.check" { "Проверить снова" "Check again" }
    UiPortalsWay "ui.portals.way" { "Подключение" "Connection" }
    UiGeneralSessions "ui.general.sessions" { "Вход на порталы" "Signing in to portals" }
    UiGeneralSessionsAllow "ui.general.sessions.allow" { "Разрешить вход через окно программы" "Allow signing in through a window of the program" }
    UiGeneralSessionsHint "ui.general.sessions.hint" {
        "Пробный способ: программа хранит сеанс портала в хранилище секретов системы."
        "Experimental: the program keeps the session of the portal in the secret store of the system."
    }
    UiIntranet "ui.intranet" {
        "Сервер во внутренней сети: разрешить адрес без шифрования (http)"
        "The server is in the company network: allow an unencrypted address (http)"
    }
    UiBasesEmptyTitle "ui.bases.empty.title" { "Баз пока нет" "No bases yet" }
    UiBasesEmptyText "ui.bases.empty.text" {
        "Добавьте базу 1С, и ссылки на её документы будут открываться в готовом окне или в программе 1С."
        "Add a 1C base, and links to its documents will open in a ready window or in the 1C program."
    }
    UiBasesAdd "ui.bases.add" { "Добавить базу" "Add a base" }
    UiBasesEdit "ui.bases.edit" { "Изменение базы" "Edit the base" }
    UiBasesPublication "ui.bases.publication" { "Адрес публикации" "Address of the publication" }
    UiBasesPublicationHint "ui.bases.publication.hint" {
        "Адрес, по которому база открывается в браузере. Не нужен, если она открывается только в программе 1С."
        "The address at which the base opens in a browser. Not needed for a base that opens only in the 1C program."
    }
    UiBasesUnpublished "ui.bases.unpublished" { "Без веб-публикации" "Not published" }
    UiBasesName "ui.bases.name" { "Название" "Name" }
    UiBasesAlias "ui.bases.alias" { "Имя в ссылках" "Name in links" }
    UiBasesAliasHint "ui.bases.alias.hint" {
        "Буквы, цифры, пробел, дефис, точка, подчёркивание. Так база названа в ссылках hotstart://onec/{alias}/…"
        "Letters, digits, space, hyphen, dot, underscore. Links name the base so: hotstart://onec/{alias}/…"
    }
    UiBasesMethods "ui.bases.methods" { "Как открывать ссылки" "How links open" }
    UiBasesMethodsHint "ui.bases.methods.hint" {
        "Ссылки открываются первым отмеченным способом, а если он недоступен, следующим."
        "Links open in the first way that is ticked; if it is not available, in the next one."
    }
    UiBasesMode "ui.bases.mode" { "Режим готового окна и браузера" "Mode of the warm window and of the browser" }
    UiBasesModeCold "ui.bases.mode.cold" { "Режим отдельного окна" "Mode of the separate window" }
    UiBasesKeep "ui.bases.keep" { "Не завершать сеанс автоматически" "Do not end the session automatically" }
    UiBasesKeepHint "ui.bases.keep.hint" {
        "Для базы, сеанс которой работает и в фоне, например держит связь с порталом. Лицензия остаётся занятой."
        "For a base whose session also works in the background, for example keeps a connection with a portal. The licence stays in use."
    }
    UiBasesConnect "ui.bases.connect" { "Строка соединения" "Connection string" }
    UiBasesConnectHint "ui.bases.connect.hint" {
        "Если не указать, программа 1С откроет базу из своего списка или по адресу публикации. Имя пользователя и пароль не нужны: 1С спросит их сама."
        "Without it the 1C program opens the base from its list or by the address of its publication. Leave out user name and password: 1C asks for them itself."
    }
    UiBasesPlatform "ui.bases.platform" { "Версия платформы" "Platform version" }
    UiBasesPlatformHint "ui.bases.platform.hint" {
        "Например, 8.3.25. Если не указать, версию выберет 1С."
        "For example, 8.3.25. Without it 1C chooses the version."
    }
    UiBasesWarm "ui.bases.warm" { "Окно загружено" "Window loaded" }
    UiBasesRemoveAsk "ui.bases.remove.ask" {
        "Удалить базу «{name}» из настроек? Сама база 1С не изменится."
        "Remove the base “{name}” from the settings? The 1C base itself stays as it is."
    }
    UiBasesRemoveYes "ui.bases.remove.yes" { "Удалить базу" "Remove the base" }
    UiServiceTitle "ui.service.title" { "HTTP-сервисы базы" "HTTP services of the base" }
    UiServiceNone "ui.service.none" { "не используются" "not used" }
    UiServiceText "ui.service.text" {
        "С ними новый документ из карточки Битрикс24 открывается уже заполненным, и в 1С приходят события портала; пароль попадёт в хранилище секретов системы."
        "With them a new document from a Bitrix24 card opens already filled, and portal events reach 1C; the password goes to the secret store of the system."
    }
    UiServiceUser "ui.service.user" { "Пользователь 1С" "1C user" }
    UiServicePassword "ui.service.password" { "Пароль" "Password" }
    UiServiceForget "ui.service.forget" { "Забыть" "Forget" }
    UiEventsTitle "ui.events.title" { "События портала" "Events of the portal" }
    UiEventsText "ui.events.text" {
        "Что происходит на портале, передаётся в эту базу; пока она не отвечает, события ждут в очереди."
        "What happens on the portal is relayed to this base; while it does not answer, events wait in a queue."
    }
    UiEventsOff "ui.events.off" { "Не передавать" "Do not relay" }
    UiEventsOffNow "ui.events.now.off" { "не передаются" "not relayed" }
    UiEventsService "ui.events.service" { "Через HTTP-сервис базы" "Through the HTTP service of the base" }
    UiEventsServiceNow "ui.events.now.service" { "через HTTP-сервис базы" "through the HTTP service of the base" }
    UiEventsServiceHint "ui.events.service.hint" {
        "Нужны публикация с сервисом расширения Hotstart и пользователь 1С (см. «HTTP-сервисы базы»)."
        "Needs a publication with the service of the Hotstart extension and a 1C user (see “HTTP services of the base”)."
    }
    UiEventsClient "ui.events.client" { "Клиент 1С спрашивает сам" "A 1C client asks for them itself" }
    UiEventsClientNow "ui.events.now.client" { "клиент 1С спрашивает сам" "a 1C client asks for them itself" }
    UiEventsClientHint "ui.events.client.hint" {
        "Для файловых баз и баз без публикации. Нужен ключ (см. «Связь с клиентом 1С»)."
        "For file bases and bases without a publication. Needs a key (see “Link with the 1C client”)."
    }
    UiEventsUnpublished "ui.events.missing.publication" { "У базы нет адреса публикации." "The base has no address of a publication." }
    UiEventsUserless "ui.events.missing.user" { "Пользователь 1С ещё не указан." "No 1C user is given yet." }
    UiEventsKeyless "ui.events.missing.key" { "Ключ ещё не создан." "No key has been made yet." }
    UiEventsWhich "ui.events.which" { "Какие события" "Which events" }
    UiEventsCommands "ui.events.commands" { "Только команды для этой базы" "Only the commands for this base" }
    UiEventsPatterns "ui.events.patterns" { "Команды и события по образцам" "The commands, and events that fit patterns" }
    UiEventsPatternsHint "ui.events.patterns.hint" {
        "Образец: «модуль/команда», где * заменяет любые буквы. Например, crm/company.* или im/notifyAdd."
        "A pattern is “module/command”, where * stands for any letters. For example, crm/company.* or im/notifyAdd."
    }
    UiEventsPattern "ui.events.pattern" { "Образец события" "Pattern of events" }
    UiEventsPortal "ui.events.portal" { "Портал события" "Portal of the event" }
    UiEventsEveryPortal "ui.events.portal.every" { "Любой портал" "Every portal" }
    UiEventsAnswers "ui.events.answers" { "Куда записать ответ 1С" "Where answers of 1C go" }
    UiEventsAnswersHint "ui.events.answers.hint" {
        "Карточка (deal, company или номер смарт-процесса), имя значения в ответе 1С и поле карточки, куда его записать."
        "The card (deal, company, or the number of a smart process), the name of the value in the answer of 1C, and the field of the card that gets it."
    }
    UiEventsFrom "ui.events.from" { "Имя в ответе" "Name in the answer" }
    UiEventsField "ui.events.field" { "Поле для ответа" "Field for the answer" }
    UiAuthorsTitle "ui.authors.title" { "Кто может давать команды" "Who may give commands" }
    UiAuthorsText "ui.authors.text" {
        "Команды портала (открыть, передать в 1С, уведомить) выполняются, только если их автор есть в этом списке."
        "Commands of the portal (open, relay to 1C, notify) are obeyed only if their author is on this list."
    }
    UiAuthorsHint "ui.authors.hint" {
        "Если уведомление с командой создаёт робот через вебхук, её автором считается владелец вебхука."
        "Where a robot makes the notification with the command through a webhook, its author is the owner of the webhook."
    }
    UiAuthorsNone "ui.authors.none" { "Список пуст: команды этого портала не выполняются." "The list is empty: no command of this portal is obeyed." }
    UiAuthorsKind "ui.authors.kind" { "Автор команд" "Author of commands" }
    UiAuthorsUser "ui.authors.user" { "Пользователь" "User" }
    UiAuthorsUserId "ui.authors.user.id" { "Номер пользователя" "Number of the user" }
    UiAuthorsApplication "ui.authors.application" { "Приложение" "Application" }
    UiAuthorsApplicationId "ui.authors.application.id" { "Код приложения (client_id)" "Application ID (client_id)" }
    UiOfflineTitle "ui.offline.title" { "Офлайн-события для общего ретранслятора" "Offline events for the company relay" }
    UiOfflineText "ui.offline.text" {
        "Изменения каких карточек берёт с портала программа «hotstartctl relay» на сервере компании. Нужно приложение, в которое вошёл администратор портала. Базам они передаются по образцам, например crm/company.*."
        "Changes of which cards the program “hotstartctl relay” on a server of the company takes from the portal. Needs an application to which an administrator of the portal has signed in. Bases get them by patterns, for example crm/company.*."
    }
    UiOfflineProcess "ui.offline.process" { "Смарт-процесс" "Smart process" }
    UiListedTitle "ui.listed.title" { "Базы из списка 1С" "Bases of the 1C list" }
    UiListedHint "ui.listed.hint" {
        "Эти базы уже есть в 1С на этом компьютере."
        "1C on this computer has these bases already."
    }
    UiListedSearch "ui.listed.search" { "Поиск по списку баз" "Search the list of bases" }
    UiListedAdd "ui.listed.add" { "Добавить" "Add" }
    UiListedKnown "ui.listed.known" { "Уже добавлена" "Already added" }
    UiListedNothing "ui.listed.nothing" { "Таких баз в списке нет." "The list has no such base." }
    UiListedMore "ui.listed.more" {
        "Показаны первые {shown} из {found}. Уточните поиск."
        "The first {shown} of {found} are shown. Narrow the search."
    }
    UiListedKindFile "ui.listed.kind.file" { "Файловая" "File" }
    UiListedKindServer "ui.listed.kind.server" { "Серверная" "Server" }
    UiListedKindWeb "ui.listed.kind.web" { "Веб-публикация" "Web" }
    UiFavouriteAdd "ui.favourite.add" { "Добавить в избранное: {title}" "Add to favourites: {title}" }
    UiFavouriteRemove "ui.favourite.remove" { "Убрать из избранного: {title}" "Remove from favourites: {title}" }
    UiMethodRunning "ui.method.running" { "Запущенный клиент 1С" "Running 1C client" }
    UiMethodRunningHint "ui.method.running.hint" {
        "В уже открытом 1С с расширением Hotstart: без публикации и без второй лицензии."
        "In 1C that is already open with the extension of Hotstart: no publication and no second licence is needed."
    }
    UiMethodHot "ui.method.hot" { "Готовое окно" "Warm window" }
    UiMethodHotHint "ui.method.hot.hint" {
        "Уже загружено, открывает документ сразу. Пока окно загружено, оно занимает лицензию."
        "Already loaded, shows the document at once. Holds a licence while it is loaded."
    }
    UiMethodCold "ui.method.cold" { "Отдельное окно" "Separate window" }
    UiMethodColdHint "ui.method.cold.hint" {
        "Загружается под одну ссылку. Закроете окно, и лицензия освободится."
        "Loads for one link. Close it, and its licence is free."
    }
    UiMethodBrowser "ui.method.browser" { "Браузер по умолчанию" "Default browser" }
    UiMethodBrowserHint "ui.method.browser.hint" { "Обычная вкладка браузера." "An ordinary tab of the browser." }
    UiMethodNative "ui.method.native" { "Программа 1С" "1C program" }
    UiMethodNativeHint "ui.method.native.hint" {
        "Тонкий клиент на этом компьютере. Занимает лицензию, пока открыт."
        "The thin client on this computer. Holds a licence while it is open."
    }
    UiMethodUp "ui.method.up" { "Поднять выше: {method}" "Move up: {method}" }
    UiMethodDown "ui.method.down" { "Опустить ниже: {method}" "Move down: {method}" }
    UiModeNormal "ui.mode.normal" { "Обычный" "Normal" }
    UiModeWorkplace "ui.mode.workplace" { "Рабочее место, без панели разделов" "Workplace, without the sections panel" }
    UiInboxEmptyTitle "ui.inbox.empty.title" { "Уведомлений пока нет" "No notifications yet" }
    UiInboxEmptyText "ui.inbox.empty.text" {
        "Здесь хранится всё, о чём сообщил портал, даже если всплывающее окно вы пропустили."
        "Everything the portal told you is kept here, even if you missed the pop-up."
    }
    UiInboxReadAll "ui.inbox.read-all" { "Отметить все прочитанными" "Mark all as read" }
    UiInboxAllRead "ui.inbox.all-read" { "Всё прочитано" "All read" }
    UiInboxUnreadOne "ui.inbox.unread.one" { "{count} непрочитанное" "{count} unread" }
    UiInboxUnreadFew "ui.inbox.unread.few" { "{count} непрочитанных" "{count} unread" }
    UiInboxUnreadMany "ui.inbox.unread.many" { "{count} непрочитанных" "{count} unread" }
    UiInboxNew "ui.inbox.new" { "Новое" "New" }
    UiInboxReply "ui.inbox.reply" { "Ответить" "Reply" }
    UiInboxReplyTo "ui.inbox.reply.to" { "Ответ: {title}" "Reply: {title}" }
    UiInboxReplySend "ui.inbox.reply.send" { "Отправить" "Send" }
    UiInboxReplySending "ui.inbox.reply.sending" { "Отправляется…" "Sending…" }
    UiInboxReplyUnsent "ui.inbox.reply.unsent" { "Не отправлено: {text}" "Not sent: {text}" }
    UiInboxReplyDrop "ui.inbox.reply.drop" { "Не отправлять" "Do not send" }
    UiInboxAgree "ui.inbox.agree" { "Принять" "Accept" }
    UiInboxDecline "ui.inbox.decline" { "Отклонить" "Decline" }
    UiNoteBell "ui.note.bell" { "Уведомление" "Notification" }
    UiNoteMessage "ui.note.message" { "Сообщение" "Message" }
    UiNoteChat "ui.note.chat" { "Чат" "Chat" }
    UiNoteOwn "ui.note.own" { "Hotstart" "Hotstart" }
    UiJournalEmptyTitle "ui.journal.empty.title" { "Журнал пока пуст" "The journal is empty" }
    UiJournalEmptyText "ui.journal.empty.text" {
        "Здесь появится каждая операция: что открывали, откуда, сколько это заняло и чем закончилось."
        "Every operation appears here: what was opened, from where, how long it took and how it ended."
    }
    UiRelayTitle "ui.relay.title" { "События для 1С" "Events for 1C" }
    UiRelayWaiting "ui.relay.waiting" { "{base}: ждут отправки - {count}" "{base}: waiting to be sent - {count}" }
    UiRelayAway "ui.relay.away" { "{base}: база не отвечает, ждут - {count}" "{base}: the base does not answer, waiting - {count}" }
    UiRelayAgain "ui.relay.again" { "Отправить ещё раз" "Send again" }
    UiRelayAll "ui.relay.all" { "Отправить ещё раз все" "Send all again" }
    UiRelayForget "ui.relay.forget" { "Забыть" "Forget" }
    UiJournalNothing "ui.journal.nothing" { "По этому фильтру записей нет." "No record matches this filter." }
    UiJournalFilter "ui.journal.filter" { "Поиск по журналу" "Search the journal" }
    UiJournalStatus "ui.journal.status" { "Итог" "Outcome" }
    UiJournalStatusAll "ui.journal.status.all" { "Любой итог" "Any outcome" }
    UiJournalTime "ui.journal.time" { "Время" "Time" }
    UiJournalOperation "ui.journal.operation" { "Операция" "Operation" }
    UiJournalRoute "ui.journal.route" { "Откуда и куда" "From and to" }
    UiJournalDuration "ui.journal.duration" { "Длительность" "Duration" }
    UiJournalCountOne "ui.journal.count.one" { "{count} запись" "{count} record" }
    UiJournalCountFew "ui.journal.count.few" { "{count} записи" "{count} records" }
    UiJournalCountMany "ui.journal.count.many" { "{count} записей" "{count} records" }
    UiReport "ui.report" { "Отчёт" "Report" }
    UiReportShow "ui.report.show" { "Показать отчёт" "Show the report" }
    UiReportClose "ui.report.close" { "Закрыть отчёт" "Close the report" }
    UiReportPeriod "ui.report.period" { "Период" "Period" }
    UiReportDay "ui.report.period.day" { "Сутки" "24 hours" }
    UiReportWeek "ui.report.period.week" { "Неделя" "Week" }
    UiReportMonth "ui.report.period.month" { "30 дней" "30 days" }
    UiReportAll "ui.report.period.all" { "Всё, что хранится" "All that is kept" }
    UiReportExportCsv "ui.report.export.csv" { "Сохранить CSV" "Save CSV" }
    UiReportExportJson "ui.report.export.json" { "Сохранить JSON" "Save JSON" }
    UiReportTotal "ui.report.total" { "Всего" "Total" }
    UiReportDone "ui.report.done" { "Выполнено" "Done" }
    UiReportRefused "ui.report.refused" { "Отклонено" "Refused" }
    UiReportFailed "ui.report.failed" { "Ошибки" "Failed" }
    UiReportShare "ui.report.share" { "Успешно" "Success" }
    UiReportMedian "ui.report.p50" { "Обычно" "Median" }
    UiReportSlow "ui.report.p95" { "Не дольше (95 %)" "95 % within" }
    UiReportOperations "ui.report.operations" { "По операциям" "By operation" }
    UiReportObjects "ui.report.objects" { "По видам объектов" "By kind of object" }
    UiReportTargets "ui.report.targets" { "По базам и порталам" "By base and portal" }
    UiReportErrors "ui.report.errors" { "Ошибки и что делать" "Errors and what helps" }
    UiReportNoErrors "ui.report.errors.none" { "За этот период ошибок не было." "There were no errors in this period." }
    UiReportTimes "ui.report.times" { "{count} раз, последний: {last}" "{count} times, last {last}" }
    UiReportQueue "ui.report.queue" { "Очередь в 1С" "Queue to 1C" }
    UiReportWaiting "ui.report.queue.waiting" { "{base}: ждут {waiting}, отложены {dead}" "{base}: {waiting} waiting, {dead} given up" }
    UiReportQueueEmpty "ui.report.queue.empty" { "Очередь пуста." "The queue is empty." }
    UiReportEmpty "ui.report.empty" { "За этот период записей нет." "There are no records in this period." }
    UiOutcomeDone "ui.outcome.done" { "Выполнено" "Done" }
    UiOutcomeRefused "ui.outcome.refused" { "Отклонено" "Refused" }
    UiOutcomeFailed "ui.outcome.failed" { "Ошибка" "Failed" }
    UiOperationOpen "ui.operation.open" { "Открытие" "Open" }
    UiOperationCommand "ui.operation.command" { "Команда с портала" "Command from the portal" }
    UiOperationNotify "ui.operation.notify" { "Уведомление" "Notification" }
    UiOperationConnect "ui.operation.connect" { "Соединение" "Connection" }
    UiOperationRepair "ui.operation.repair" { "Восстановление уведомлений" "Repair of notifications" }
    UiOperationAnswer "ui.operation.answer" { "Ответ на портале" "Answer on the portal" }
    UiOperationRelay "ui.operation.relay" { "Передача в 1С" "Relay to 1C" }
    UiOperationRelease "ui.operation.release" { "Завершение сеанса" "Session end" }
    UiOperationSettings "ui.operation.settings" { "Настройки" "Settings" }
    UiOperationExport "ui.operation.export" { "Выгрузка журнала" "Export of the journal" }
    UiOperationDownload "ui.operation.download" { "Загрузка файла" "Download" }
    UiSystemClicked "ui.system.clicked" { "ссылка" "link" }
    UiSystemTray "ui.system.tray" { "значок в трее" "tray" }
    UiSystemDesk "ui.system.desk" { "рабочий стол" "desk" }
    UiSystemSettings "ui.system.settings" { "окно настроек" "settings window" }
    UiDurationMs "ui.duration.ms" { "{value} мс" "{value} ms" }
    UiDurationS "ui.duration.s" { "{value} с" "{value} s" }
    UiGeneralLanguage "ui.general.language" { "Язык" "Language" }
    UiGeneralOpening "ui.general.opening" { "Страницы портала открывать" "Open portal pages" }
    UiGeneralOpeningBrowser "ui.general.opening.browser" { "В браузере по умолчанию" "In the default browser" }
    UiGeneralOpeningWindow "ui.general.opening.window" { "Во встроенном окне" "In a built-in window" }
    UiGeneralNotifications "ui.general.notifications" { "Уведомления на рабочем столе" "Notifications on the desk" }
    UiGeneralToasts "ui.general.toasts" { "Показывать всплывающие уведомления" "Show pop-up notifications" }
    UiGeneralToastsHint "ui.general.toasts.hint" {
        "Если выключить, уведомления всё равно попадут на страницу «Уведомления»."
        "When off, they are still kept on the page “Notifications”."
    }
    UiGeneralBell "ui.general.bell" { "Уведомления портала" "Notifications of the portal" }
    UiGeneralMessages "ui.general.messages" { "Сообщения в чатах" "Chat messages" }
    UiGeneralReadOnPortal "ui.general.read-on-portal" { "Прочитанное здесь отмечать прочитанным и на портале" "Mark what is read here as read on the portal too" }
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
    UiGeneralE1c "ui.general.e1c" { "Ссылки 1С" "Links of 1C" }
    UiGeneralE1cTake "ui.general.e1c.take" { "Открывать ссылки e1c:// через Hotstart" "Open e1c:// links with Hotstart" }
    UiGeneralE1cHint "ui.general.e1c.hint" {
        "Если окно базы загружено, документ откроется в нём. Остальные ссылки получит программа запуска 1С."
        "If the window of the base is loaded, the document opens there. All other links go to the 1C starter."
    }
    UiBridgeTitle "ui.bridge.title" { "Обмен с 1С на этом компьютере" "Exchange with 1C on this computer" }
    UiBridgeText "ui.bridge.text" {
        "1С обращается к Hotstart по адресу этого компьютера: получает события портала, открывает ссылки, вызывает методы Битрикс24. Снаружи этот адрес недоступен."
        "1C calls Hotstart on this computer: it gets events of the portal, opens links, calls methods of Bitrix24. Nobody outside can reach this address."
    }
    UiBridgeOn "ui.bridge.on" { "Разрешить 1С обращаться к Hotstart" "Let 1C call Hotstart" }
    UiBridgePortFixed "ui.bridge.port.fixed" { "Постоянный порт" "Fixed port" }
    UiBridgePort "ui.bridge.port" { "Порт" "Port" }
    UiBridgeListens "ui.bridge.listens" { "Работает, порт {port}." "At work, port {port}." }
    UiBridgeNobody "ui.bridge.nobody" { "Включится, когда для какой-нибудь базы будет создан ключ (страница «Базы»)." "Starts when a base has a key (page “Bases”)." }
    UiBridgeOff "ui.bridge.off" { "Выключено." "Switched off." }
    UiPairTitle "ui.pair.title" { "Связь с клиентом 1С" "Link with the 1C client" }
    UiPairNone "ui.pair.none" { "ключа нет" "no key" }
    UiPairMade "ui.pair.made" { "ключ создан" "key made" }
    UiPairRunning "ui.pair.running" { "клиент подключён" "client attached" }
    UiPairText "ui.pair.text" {
        "С этим ключом расширение Hotstart в 1С обращается к программе. Он показывается один раз; новый ключ отменяет прежний."
        "With this key the extension of Hotstart in 1C calls the program. It is shown once; a new key makes the old one void."
    }
    UiPairMake "ui.pair.make" { "Создать ключ" "Make a key" }
    UiPairAgain "ui.pair.again" { "Создать новый ключ" "Make a new key" }
    UiPairRevoke "ui.pair.revoke" { "Отменить ключ" "Revoke the key" }
    UiPairKey "ui.pair.key" { "Ключ базы «{base}»" "Key of the base “{base}”" }
    UiPairCopy "ui.pair.copy" { "Скопировать" "Copy" }
    UiPairCopied "ui.pair.copied" { "Скопировано" "Copied" }
    UiPairHide "ui.pair.hide" { "Скрыть" "Hide" }
    UiPairEveryone "ui.pair.everyone" {
        "Каждый подключённый клиент получает все события (иначе клиенты делят их)"
        "Every attached client gets all events (otherwise the clients divide them)"
    }
    UiOperationRest "ui.operation.rest" { "Вызов Битрикс24 из 1С" "Call of Bitrix24 by 1C" }
    UiOperationPair "ui.operation.pair" { "Ключ для 1С" "Key for 1C" }
    UiPoolTitle "ui.pool.title" { "Загруженные окна 1С" "Loaded 1C windows" }
    UiPoolText "ui.pool.text" {
        "Загруженное окно открывает документ сразу, но занимает лицензию. Окно с несохранёнными данными само не закроется."
        "A loaded window shows a document at once, but holds a licence. A window with unsaved work never closes by itself."
    }
    UiPoolWindows "ui.pool.windows" { "Сколько баз держать загруженными" "How many bases stay loaded" }
    UiPoolWindowsHint "ui.pool.windows.hint" {
        "Когда понадобится ещё одна, завершится сеанс той, которой дольше всех не пользовались."
        "When one more is needed, the session of the one that was not used for longest ends."
    }
    UiPoolCap "ui.pool.cap" { "Ваша компания разрешает не больше {count}." "Your company allows {count} at most." }
    UiPoolIdle "ui.pool.idle" { "Завершать сеанс, если окном не пользуются" "End the session of a window that is not used" }
    UiPoolIdleMinutes "ui.pool.idle.minutes" { "Через сколько минут" "After how many minutes" }
    UiPoolLock "ui.pool.lock" { "Завершать сеансы при блокировке экрана" "End sessions when the screen is locked" }
    UiPoolMemory "ui.pool.memory" { "Ограничить память загруженных окон" "Limit the memory of loaded windows" }
    UiPoolMemoryMb "ui.pool.memory.mb" { "Мегабайт на все окна" "Megabytes for all windows" }
    UiPoolAt "ui.pool.at" { "Завершать сеансы в это время суток" "End sessions at these times of the day" }
    UiPoolAtHint "ui.pool.at.hint" {
        "Одно или несколько через запятую: 02:30, 13:00. Удобно, если базы обновляют по ночам."
        "One or several with commas: 02:30, 13:00. Useful when bases are updated at night."
    }
    UiCompany "ui.company" { "Задано организацией" "Set by the company" }
    UiCompanySome "ui.company.some" {
        "Часть настроек задана организацией, здесь их не изменить."
        "Some settings are set by the company and cannot be changed here."
    }
    UiGeneralVersion "ui.general.version" { "Hotstart, версия {version}" "Hotstart, version {version}" }
    UiQuestionNone "ui.question.none" { "Вопросов нет." "No questions." }
    UiQuestionKeys "ui.question.keys" {
        "Стрелки выбирают, Enter подтверждает, Esc отменяет."
        "Arrows choose, Enter confirms, Esc cancels."
    }
}
