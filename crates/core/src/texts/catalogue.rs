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
    TrayStopped "tray.stopped" { "Соединение отключено" "Connection stopped" }
    TrayFailed "tray.failed" { "Соединение с {portal} требует внимания" "The connection to {portal} needs attention" }
    TrayNoPortal "tray.no-portal" { "Портал не подключён" "No portal connected" }
    TrayUnread "tray.unread" { "Непрочитанных: {count}" "Unread: {count}" }
    MenuBases "menu.bases" { "Открытые базы" "Open bases" }
    MenuShow "menu.show" { "Показать" "Show" }
    MenuRelease "menu.release" { "Завершить сеанс 1С" "End the 1C session" }
    MenuRecent "menu.recent" { "Недавние объекты" "Recent objects" }
    MenuStart "menu.start" { "Запустить соединение" "Start the connection" }
    MenuStop "menu.stop" { "Отключить соединение" "Stop the connection" }
    MenuInbox "menu.inbox" { "Уведомления" "Notifications" }
    MenuSettings "menu.settings" { "Настройки" "Settings" }
    MenuJournal "menu.journal" { "Журнал" "Journal" }
    MenuQuit "menu.quit" { "Выход" "Quit" }
    NoteDownloaded "note.downloaded" { "Файл сохранён" "File saved" }
    NoteDownloadFailed "note.download-failed" { "Файл не сохранён" "The file was not saved" }
    NoteReady "note.ready" { "Окно готово" "The window is ready" }
    NoteProblem "note.problem" { "Не получилось открыть" "It could not be opened" }
    AskCommandTitle "ask.command.title" { "Выполнить команду 1С?" "Run a 1C command?" }
    AskCommandText "ask.command.text" {
        "Ссылка просит выполнить в базе «{base}»: {command}. Разрешайте, только если ждали этого."
        "The link asks to run in the base “{base}”: {command}. Allow it only if you expected this."
    }
    AskBaseTitle "ask.base.title" { "Неизвестная база" "Unknown base" }
    AskBaseText "ask.base.text" {
        "Ссылка ведёт в базу «{base}», которой нет в настройках. Hotstart ничего не открывал."
        "The link leads to the base “{base}”, which is not in the settings. Hotstart opened nothing."
    }
    AskPortalTitle "ask.portal.title" { "Неизвестный портал" "Unknown portal" }
    AskPortalText "ask.portal.text" {
        "Ссылка ведёт на портал {portal}, который не подключён. Hotstart ничего не открывал."
        "The link leads to the portal {portal}, which is not connected. Hotstart opened nothing."
    }
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
    ChoiceSettings "choice.settings" { "Открыть настройки" "Open the settings" }
    ChoiceDiscard "choice.discard" { "Завершить без сохранения" "End without saving" }
    ChoiceKeep "choice.keep" { "Вернуться в окно" "Back to the window" }
}
