//! The tray, its notes, the inbox and the questions.

macro_rules! desk {
    ($next:ident $($rest:ident)* { $($rows:tt)* }) => { $next! { $($rest)* {
        $($rows)*
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
        NoteConnection "note.connection" { "Соединение требует внимания" "The connection needs attention" }
        NoteProblem "note.problem" { "Не получилось открыть" "It could not be opened" }
        NoteLogin "note.login" { "1С просит войти" "1C asks you to sign in" }
        NoteLoginText "note.login.text" {
            "Сеанс базы «{base}» завершён. Войдите в окне: ожидающие ссылки откроются сразу после входа."
            "The session of the base “{base}” has ended. Sign in to its window: links that wait will open right after."
        }
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
        AskObjectTitle "ask.object.title" { "Какой объект открыть?" "Which object shall be opened?" }
        AskObjectText "ask.object.text" { "У карточки {entity} несколько объектов 1С." "The card {entity} has several 1C objects." }
        AskDirtyTitle "ask.dirty.title" { "В окне есть несохранённые данные" "The window holds unsaved work" }
        AskDirtyText "ask.dirty.text" {
            "Если завершить сеанс базы «{base}», введённое пропадёт."
            "If the session of the base “{base}” ends now, what was typed is lost."
        }
        ChoiceCreate "choice.create" { "Создать: {object}" "Create: {object}" }
        ChoiceLink "choice.link" { "Связать с существующим объектом" "Link to an existing object" }
        ChoiceOpen "choice.open" { "Открыть" "Open" }
        ChoiceAllow "choice.allow" { "Выполнить" "Run" }
        ChoiceAlways "choice.always" { "Всегда разрешать" "Always allow" }
        ChoiceCancel "choice.cancel" { "Отмена" "Cancel" }
        ChoiceDiscard "choice.discard" { "Завершить без сохранения" "End without saving" }
        ChoiceKeep "choice.keep" { "Вернуться в окно" "Back to the window" }
        UiQuestionNone "ui.question.none" { "Вопросов нет." "No questions." }
        UiQuestionKeys "ui.question.keys" {
            "Стрелки выбирают, Enter подтверждает, Esc отменяет."
            "Arrows choose, Enter confirms, Esc cancels."
        }
    } } };
}
