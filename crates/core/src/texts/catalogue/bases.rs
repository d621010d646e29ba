//! Bases: their forms, the ways to open one, the windows that stay loaded.

macro_rules! bases {
    ($next:ident $($rest:ident)* { $($rows:tt)* }) => { $next! { $($rest)* {
        $($rows)*
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
    } } };
}
