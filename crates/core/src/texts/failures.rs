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
            "Вебхуку портала {portal} не хватает прав: {scope}. Отметьте их в настройках вебхука.",
            "The webhook of the portal {portal} lacks rights: {scope}. Tick them in the settings of the webhook.",
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
        Code::EntityWithoutObject => (
            "У карточки {entity} нет ссылки на объект 1С. Заполните в ней поле со ссылкой.",
            "The card {entity} has no link to a 1C object. Fill the field with the link.",
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
        Code::StoreFailed => (
            "Не удалось прочитать или записать данные программы: {detail}. Проверьте место на диске и права на папку.",
            "The program's data could not be read or written: {detail}. Check the disk space and the rights of the folder.",
        ),
        Code::Internal => (
            "Что-то пошло не так: {detail}. Подробности в журнале.",
            "Something went wrong: {detail}. The journal has the details.",
        ),
    };
    Text { ru, en }
}
