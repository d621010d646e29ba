//! What went wrong and what to do next, for every code.
use super::Text;
use crate::failure::Code;

/// The text of a code.
#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) const fn text(code: Code) -> Text {
    let (ru, en) = match code {
        Code::LinkRefused => (
            "Ссылка не принята: {reason}. Проверьте, что скопировали её целиком.",
            "The link was refused: {reason}. Check that you copied all of it.",
        ),
        Code::BaseUnknown => (
            "База «{base}» не настроена. Добавьте её на странице «Базы».",
            "The base “{base}” is not set up. Add it on the page “Bases”.",
        ),
        Code::BaseUnmapped => (
            "Неясно, в какой базе открывать. Укажите базу для портала {portal} на странице «Порталы».",
            "It is not clear which base is meant. Choose a base for the portal {portal} on the page “Portals”.",
        ),
        Code::BaseUnpublished => (
            "У базы «{base}» нет веб-публикации. Укажите её адрес на странице «Базы».",
            "The base “{base}” has no web publication. Enter its address on the page “Bases”.",
        ),
        Code::BaseUnlisted => (
            "Неизвестно, где находится база «{base}»: её нет в списке баз 1С. Добавьте её в список или укажите строку соединения.",
            "It is not known where the base “{base}” is: it is not in the list of 1C bases. Add it to the list or enter its connection string.",
        ),
        Code::PlatformMissing => (
            "На этом компьютере не найдена программа 1С:Предприятие. Установите её или выберите другой способ открытия на странице «Базы».",
            "No 1C:Enterprise program was found on this computer. Install it or choose another way of opening on the page “Bases”.",
        ),
        Code::LaunchRefused => (
            "Базу «{base}» нельзя передать программе 1С: {detail}. Проверьте её имя и строку соединения.",
            "The base “{base}” cannot be handed to the 1C program: {detail}. Check its name and its connection string.",
        ),
        Code::LaunchFailed => (
            "Не удалось запустить программу 1С для базы «{base}»: {detail}.",
            "The 1C program could not be started for the base “{base}”: {detail}.",
        ),
        Code::SchemeFailed => (
            "Не удалось назначить Hotstart для ссылок 1С (e1c://). Выберите программу в настройках системы.",
            "Hotstart could not be made the program for 1C links (e1c://). Choose the program in the settings of the system.",
        ),
        Code::ServiceRefused => (
            "HTTP-сервис базы «{base}» не принял пользователя. Проверьте имя, пароль и роль на странице «Базы».",
            "The HTTP service of the base “{base}” did not let the user in. Check name, password and role on the page “Bases”.",
        ),
        Code::ServiceFailed => (
            "HTTP-сервис базы «{base}» не выполнил запрос ({detail}). Открывается пустая форма; покажите код администратору 1С.",
            "The HTTP service of the base “{base}” did not do what it was asked for ({detail}). Show the code to the 1C administrator.",
        ),
        Code::LicenceBusy => (
            "Нет свободной лицензии 1С для базы «{base}». Закройте лишний сеанс и откройте ссылку ещё раз.",
            "No 1C licence is free for the base “{base}”. Close a session you do not need and open the link again.",
        ),
        Code::BaseUnreachable => (
            "База «{base}» не отвечает. Проверьте сеть и адрес публикации.",
            "The base “{base}” does not answer. Check the network and the address of the publication.",
        ),
        Code::BaseLocked => (
            "База «{base}» закрыта на обслуживание. Попробуйте позже.",
            "The base “{base}” is locked for maintenance. Try again later.",
        ),
        Code::ReleaseFailed => (
            "База «{base}» не подтвердила завершение сеанса: лицензия может освободиться не сразу.",
            "The base “{base}” did not confirm the end of the session: the licence may stay held for a while.",
        ),
        Code::PortalUnknown => (
            "Портал {portal} не подключён. Подключите его на странице «Порталы».",
            "The portal {portal} is not connected. Connect it on the page “Portals”.",
        ),
        Code::PortalUnreachable => (
            "Портал {portal} не отвечает. Проверьте сеть; соединение восстановится само.",
            "The portal {portal} does not answer. Check the network; the connection comes back by itself.",
        ),
        Code::PortalUnexpected => (
            "Портал {portal} ответил не так, как отвечает Битрикс24. Возможно, сеть просит войти: откройте портал в браузере.",
            "The portal {portal} did not answer as Bitrix24 does. The network may ask you to sign in: open the portal in a browser.",
        ),
        Code::ChannelOwn => (
            "Приложение портала {portal} получает только свой канал, поэтому уведомления и сообщения приходят с задержкой. Чтобы они приходили сразу, подключите портал вебхуком с правом pull_channel.",
            "An application of the portal {portal} receives only its own channel, so notifications and messages arrive with a delay. To get them at once, connect the portal by a webhook with the right pull_channel.",
        ),
        Code::ChannelMissing => (
            "Канал событий портала {portal} недоступен ({detail}), поэтому уведомления и сообщения приходят с задержкой. Проверьте, что сеть пропускает WebSocket, а на портале включён сервер очередей (Push and Pull).",
            "The event channel of the portal {portal} cannot be reached ({detail}), so notifications and messages arrive with a delay. Check that the network lets WebSocket through and that the portal has its queue server (Push and Pull) switched on.",
        ),
        Code::AnswerUnsure => (
            "Неизвестно, дошёл ли ответ до портала {portal}: связь прервалась. Посмотрите на портале; если ответа там нет, отправьте его ещё раз.",
            "It is not known whether the portal {portal} has got the answer: the connection broke. Look at the portal; if the answer is not there, send it again.",
        ),
        Code::AnswerGone => (
            "На портале {portal} это уведомление уже не ждёт ответа: на него ответили или его удалили.",
            "On the portal {portal} this notification asks for no answer any more: it was answered or deleted.",
        ),
        Code::EventsMissed => (
            "Часть событий портала {portal} могла не дойти ({detail}). Загляните в уведомления на портале.",
            "Some events of the portal {portal} may be missing ({detail}). Look at the notifications on the portal.",
        ),
        Code::PortalCertificate => (
            "Соединение с порталом {portal} не защищено: сертификат не прошёл проверку ({detail}). Проверьте дату на компьютере; если трафик проверяет прокси компании, её корневой сертификат должен стоять в системе.",
            "The connection to the portal {portal} is not safe: the certificate was refused ({detail}). Check the date of the computer; if a company proxy inspects traffic, its root certificate has to be installed in the system.",
        ),
        Code::PortalLimit => (
            "Портал {portal} просит обращаться реже. Подождите минуту.",
            "The portal {portal} asks to slow down. Wait a minute.",
        ),
        Code::AuthRefused => (
            "Портал {portal} не принял секрет вебхука. Создайте вебхук заново и вставьте его адрес.",
            "The portal {portal} did not accept the secret of the webhook. Create the webhook again and paste its address.",
        ),
        Code::AuthScope => (
            "Подключению портала {portal} не хватает прав: {scope}. Отметьте их на портале в настройках вебхука или приложения.",
            "The connection to the portal {portal} lacks rights: {scope}. Tick them on the portal in the settings of the webhook or the application.",
        ),
        Code::AuthSignIn => (
            "Вход на портал {portal} больше не действует. Войдите снова: кнопка в карточке портала на странице «Порталы».",
            "The sign-in to the portal {portal} has run out. Sign in again: the button is in its card on the page “Portals”.",
        ),
        Code::ApplicationInvalid => (
            "Это не код и не ключ приложения. Скопируйте их из карточки локального приложения: код выглядит так: local.5f2c1e0a7d3b4a.12345678",
            "These are not the id and the secret of an application. Copy them from the card of the local application: the id looks like local.5f2c1e0a7d3b4a.12345678",
        ),
        Code::ApplicationRefused => (
            "Портал {portal} не знает этого приложения или его ключ изменился. Проверьте код и ключ в карточке приложения.",
            "The portal {portal} does not know this application, or its secret has changed. Check id and secret in the card of the application.",
        ),
        Code::PortalInvalid => (
            "Это не адрес портала. Он выглядит так: portal.bitrix24.ru",
            "This is not the address of a portal. It looks like portal.bitrix24.ru",
        ),
        Code::LoginForeign => (
            "Этот адрес не от начатого входа. Откройте вход ещё раз и скопируйте адрес той страницы, на которую перейдёт браузер.",
            "This address does not belong to the sign-in under way. Start again and copy the address of the page to which the browser goes.",
        ),
        Code::LoginDenied => (
            "Портал не дал доступа приложению: в адресе нет кода. Начните вход заново и согласитесь на портале.",
            "The portal gave the application no access: the address holds no code. Start again and agree on the portal.",
        ),
        Code::LoginExpired => (
            "Вход занял слишком много времени. Начните его заново.",
            "The sign-in took too long. Start again.",
        ),
        Code::LoginNone => (
            "Сейчас нет начатого входа, или на него уже ответили. Начните вход заново.",
            "No sign-in is under way, or it was answered already. Start again.",
        ),
        Code::SessionForbidden => (
            "Вход через окно программы выключен. Подключите портал вебхуком или приложением.",
            "Signing in through a window of the program is switched off. Connect the portal by a webhook or an application.",
        ),
        Code::WebhookInvalid => (
            "Это не адрес входящего вебхука. Он выглядит так: https://портал/rest/1/секрет/",
            "This is not the address of an incoming webhook. It looks like https://portal/rest/1/secret/",
        ),
        Code::AddressInsecure => (
            "Адрес {address} без шифрования. Используйте https или отметьте, что он во внутренней сети.",
            "The address {address} is not encrypted. Use https or mark it as intranet.",
        ),
        Code::PublicationInvalid => (
            "Это не адрес публикации базы 1С. Он выглядит так: https://сервер/база",
            "This is not the address of a 1C publication. It looks like https://server/base",
        ),
        Code::AliasInvalid => (
            "Имя «{alias}» занято или не подходит: нужны буквы, цифры, пробел, дефис, точка или подчёркивание.",
            "The name “{alias}” is taken or does not fit: use letters, digits, space, hyphen, dot or underscore.",
        ),
        Code::ConnectInvalid => (
            "Это не строка соединения с базой 1С. Она выглядит так: Srvr=\"сервер\";Ref=\"база\"; или File=\"C:\\База\";",
            "This is not a connection string of a 1C base. It looks like Srvr=\"server\";Ref=\"base\"; or File=\"C:\\Base\";",
        ),
        Code::ConnectLogin => (
            "В строке соединения есть имя пользователя или пароль. Уберите их: 1С спросит их сама.",
            "The connection string holds a user name or a password. Take them out: 1C asks for them itself.",
        ),
        Code::PlatformInvalid => (
            "Это не версия платформы 1С. Она выглядит так: 8.3.25 или 8.3.25.1257",
            "This is not a version of the 1C platform. It looks like 8.3.25 or 8.3.25.1257",
        ),
        Code::MappingInvalid => (
            "В соответствиях портала не подходит значение «{value}». Проверьте его на странице «Связи».",
            "The value “{value}” does not fit into the mapping of the portal. Check it on the page “Links”.",
        ),
        Code::EntityInvalid => (
            "«{value}» не похоже на карточку портала. Нужен адрес карточки, ссылка или тип и номер: deal:123",
            "“{value}” is no card of a portal. Enter its address, a link, or type and number: deal:123",
        ),
        Code::FieldMissing => (
            "У карточки {entity} нет поля {field}. Создайте его на странице «Связи».",
            "The card {entity} has no field {field}. Make it on the page “Links”.",
        ),
        Code::FieldRights => (
            "Создать поле на портале {portal} может только его администратор. Передайте ему страницу «Связи» или попросите создать поле {field} типа «Ссылка».",
            "Only an administrator of the portal {portal} may make the field. Ask for a field {field} of the type “Link”.",
        ),
        Code::ObjectWithoutEntity => (
            "Карточка для {object} не найдена ни на одном подключённом портале.",
            "No connected portal has a card for {object}.",
        ),
        Code::EntityWithoutObject => (
            "У карточки {entity} нет объекта 1С. Создайте его или свяжите карточку с ним на странице «Связи».",
            "The card {entity} has no 1C object. Create it, or link the card on the page “Links”.",
        ),
        Code::EntityMissing => (
            "Карточка {entity} не найдена или недоступна вам.",
            "The card {entity} was not found or is not open to you.",
        ),
        Code::KeyringMissing => (
            "На этом компьютере нет хранилища секретов. Установите gnome-keyring или KWallet, либо разрешите хранить секрет только в памяти.",
            "This computer has no secret store. Install gnome-keyring or KWallet, or allow the secret to be kept in memory only.",
        ),
        Code::KeyringLocked => (
            "Хранилище секретов закрыто. Разблокируйте его и попробуйте ещё раз.",
            "The secret store is locked. Unlock it and try again.",
        ),
        Code::BrowserFailed => (
            "Не удалось открыть браузер по умолчанию. Проверьте, что он назначен в системе.",
            "The default browser could not be started. Check that the system has one.",
        ),
        Code::PolicyBroken => (
            "Настройки организации не читаются: {detail}. Пока действуют только ваши; сообщите администратору.",
            "What the company has set cannot be read: {detail}. Only your own settings are in force; tell the administrator.",
        ),
        Code::StoreFailed => (
            "Не удалось прочитать или записать данные программы: {detail}. Проверьте место на диске и права на папку.",
            "The program's data could not be read or written: {detail}. Check the disk space and the rights of the folder.",
        ),
        Code::BridgePort => (
            "Порт {port} занят другой программой, поэтому 1С не может обратиться к Hotstart. Освободите его или укажите другой порт на странице «Общие».",
            "Another program uses the port {port}, so 1C cannot call Hotstart. Free it or choose another port on the page “General”.",
        ),
        Code::BridgeCall => (
            "1С обратилась к Hotstart неверно: {detail}. Покажите код тому, кто настраивает расширение.",
            "1C called Hotstart in a wrong way: {detail}. Show the code to whoever sets up the extension.",
        ),
        Code::BridgeMethod => (
            "Метод {method} не разрешён для вызова из 1С. Добавьте его в список методов моста в файле настроек, если он нужен.",
            "1C may not call the method {method}. Add it to the list of methods of the bridge in the settings file if it is needed.",
        ),
        Code::BridgeToken => (
            "Токен клиента 1С базы «{base}» больше не действует. Получите новый на странице «Базы» и введите его в 1С.",
            "The token of the 1C client of the base “{base}” is void. Get a new one on the page “Bases” and enter it in 1C.",
        ),
        Code::ClientMissing => (
            "Клиент 1С базы «{base}» не запущен или не подключён к Hotstart. Запустите 1С с расширением Hotstart.",
            "No 1C client of the base “{base}” is running and attached to Hotstart. Start 1C with the extension of Hotstart.",
        ),
        Code::ClientSilent => (
            "Запущенный клиент 1С базы «{base}» не принял ссылку. Проверьте, не ждёт ли он ответа на вопрос.",
            "The running 1C client of the base “{base}” did not take the link. Check whether it waits for an answer to a question.",
        ),
        Code::RelayRefused => (
            "База «{base}» отказалась от события: {detail}. Исправьте причину в 1С и отправьте его ещё раз из журнала.",
            "The base “{base}” refused an event: {detail}. Mend the cause in 1C and send it again from the journal.",
        ),
        Code::RelayFailed => (
            "База «{base}» не смогла обработать событие за все попытки: {detail}. Исправьте причину в 1С и отправьте его ещё раз из журнала.",
            "The base “{base}” failed with an event at every try: {detail}. Mend the cause in 1C and send it again from the journal.",
        ),
        Code::RelayFull => (
            "Очередь событий для базы «{base}» переполнена, самые старые отложены. Проверьте, почему база их не принимает, и отправьте их ещё раз из журнала.",
            "The queue of events for the base “{base}” is full, the oldest were put aside. See why the base does not take them, and send them again from the journal.",
        ),
        Code::RelayOff => (
            "База «{base}» не принимает события. Включите их передачу на странице «Базы».",
            "The base “{base}” takes no events. Turn them on on the page “Bases”.",
        ),
        Code::AnswerUnmapped => (
            "Ответ базы «{base}» некуда записать: для такого объекта портала не задано поле. Укажите его на странице «Базы», в событиях портала.",
            "There is no place for the answer of the base “{base}”: no field is named for such an entity. Name one on the page “Bases”, at the events of the portal.",
        ),
        Code::AnswerForeign => (
            "База «{base}» ответила на событие, которого не получала ({id}). Ответ не записан. Проверьте, от той ли базы токен введён в 1С.",
            "The base “{base}” has answered an event that it was not given ({id}). The answer is not written. Check whether the token in 1C is that of this base.",
        ),
        Code::CommandAuthor => (
            "Команда с портала {portal} не выполнена: её автора нет в списке. Если доверяете ему, добавьте его на странице «Связи».",
            "A command from the portal {portal} was not obeyed: its author is not on the list. If you trust them, add them on the page “Links”.",
        ),
        Code::CommandInvalid => (
            "Команда с портала не разобрана ({detail}). Проверьте робота или приложение, которое её отправило.",
            "A command from the portal could not be read ({detail}). Check the robot or the application that sent it.",
        ),
        Code::CommandBase => (
            "Команда с портала {portal} называет чужую базу и не выполнена. Команды действуют только на базу, выбранную для портала.",
            "A command from the portal {portal} names another base and was not obeyed. Commands reach only the base that is set for the portal.",
        ),
        Code::CommandLimit => (
            "Слишком много команд с портала {portal} за минуту, эта не выполнена. Проверьте, не зациклился ли робот.",
            "Too many commands from the portal {portal} within a minute, this one was not obeyed. Check whether a robot runs in a loop.",
        ),
        Code::OfflineRefused => (
            "Портал {portal} не отдаёт офлайн-события. Подключите его локальным приложением от имени администратора; приложение должно быть установлено.",
            "The portal {portal} gives no offline events. Connect it by a local application in the name of an administrator; the application has to be installed.",
        ),
        Code::Internal => (
            "Что-то пошло не так: {detail}. Подробности в журнале.",
            "Something went wrong: {detail}. The journal has the details.",
        ),
    };
    Text { ru, en }
}
