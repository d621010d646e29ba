//! What belongs to what: links between cards and objects, the mapping, the fields of a portal.

macro_rules! links {
    ($next:ident $($rest:ident)* { $($rows:tt)* }) => { $next! { $($rest)* {
        $($rows)*
        FieldLabel "field.label" { "Открыть в 1С" "Open in 1C" }
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
        UiPresetUt "ui.preset.ut" { "Управление торговлей" "Trade Management" }
        UiPresetUnf "ui.preset.unf" { "Управление нашей фирмой" "Small Business" }
        UiPresetBp "ui.preset.bp" { "Бухгалтерия предприятия" "Accounting" }
        UiPresetErp "ui.preset.erp" { "ERP" "ERP" }
        UiPresetKa "ui.preset.ka" { "Комплексная автоматизация" "Comprehensive Automation" }
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
    } } };
}
