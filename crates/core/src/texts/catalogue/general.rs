//! What belongs to every page, and the page of general settings.

macro_rules! general {
    ($next:ident $($rest:ident)* { $($rows:tt)* }) => { $next! { $($rest)* {
        $($rows)*
        UiNavLabel "ui.nav.label" { "Разделы" "Sections" }
        UiNavPortals "ui.nav.portals" { "Порталы" "Portals" }
        UiNavBases "ui.nav.bases" { "Базы" "Bases" }
        UiNavLinks "ui.nav.links" { "Связи" "Links" }
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
        UiGeneralE1c "ui.general.e1c" { "Ссылки 1С" "Links of 1C" }
        UiGeneralE1cTake "ui.general.e1c.take" { "Открывать ссылки e1c:// через Hotstart" "Open e1c:// links with Hotstart" }
        UiGeneralE1cHint "ui.general.e1c.hint" {
            "Если окно базы загружено, документ откроется в нём. Остальные ссылки получит программа запуска 1С."
            "If the window of the base is loaded, the document opens there. All other links go to the 1C starter."
        }
        UiGeneralVersion "ui.general.version" { "Hotstart, версия {version}" "Hotstart, version {version}" }
        UiCompany "ui.company" { "Задано организацией" "Set by the company" }
        UiCompanySome "ui.company.some" {
            "Часть настроек задана организацией, здесь их не изменить."
            "Some settings are set by the company and cannot be changed here."
        }
    } } };
}
