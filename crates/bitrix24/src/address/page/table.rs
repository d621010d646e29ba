//! The table: kinds of pages, their words and where they are.

use std::sync::LazyLock;

use super::Template;

macro_rules! pages {
    ($($kind:ident $word:literal $doc:literal [$($template:literal),+];)*) => {
        /// What a page of a portal is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum PageKind {
            $(#[doc = $doc] $kind,)*
        }

        impl PageKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// The word by which settings name it.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$kind => $word,)*
                }
            }

            /// The templates, the one that is printed first.
            pub fn templates(self) -> &'static [&'static str] {
                match self {
                    $(Self::$kind => &[$($template),+],)*
                }
            }
        }
    };
}

// Kinds that are told by their query stand before those of the same path.
pages! {
    MyCompany "my-company" "A company of one's own." ["/crm/company/details/0/?mycompany=y"];
    Lead "lead" "A lead." ["/crm/lead/details/{id}/", "/crm/lead/show/{id}/"];
    Deal "deal" "A deal." ["/crm/deal/details/{id}/", "/crm/deal/show/{id}/"];
    Contact "contact" "A contact." ["/crm/contact/details/{id}/", "/crm/contact/show/{id}/"];
    Company "company" "A company." ["/crm/company/details/{id}/", "/crm/company/show/{id}/"];
    Quote "quote" "A quote at its former place." ["/crm/quote/details/{id}/", "/crm/quote/show/{id}/"];
    LeadList "leads" "The list of leads." ["/crm/lead/list/"];
    LeadKanban "lead-kanban" "The board of leads." ["/crm/lead/kanban/"];
    DealList "deals" "The list of deals." ["/crm/deal/list/"];
    DealKanban "deal-kanban" "The board of deals." ["/crm/deal/kanban/"];
    DealAnalytics "deal-analytics" "The analysis of deals." ["/crm/deal/analytics/list/"];
    DealMerge "deal-merge" "Deals that are merged." ["/crm/deal/merge/"];
    ContactList "contacts" "The list of contacts." ["/crm/contact/list/"];
    CompanyList "companies" "The list of companies." ["/crm/company/list/"];
    QuoteList "quotes" "The list of quotes." ["/crm/quote/list/"];
    QuoteKanban "quote-kanban" "The board of quotes." ["/crm/quote/kanban/"];
    InvoiceList "invoices" "The list of old invoices." ["/crm/invoice/list/"];
    Item "item" "An item of any type: invoice, quote, smart process." ["/crm/type/{type}/details/{id}/"];
    SolutionItem "solution-item" "An item within an automated solution." ["/{solution:many}/type/{type}/details/{id}/"];
    ItemList "items" "The list of a type." ["/crm/type/{type}/list/category/{category}/"];
    ItemKanban "item-kanban" "The board of a type." ["/crm/type/{type}/kanban/category/{category}/"];
    ItemDeadlines "item-deadlines" "The dates of a type." ["/crm/type/{type}/deadlines/category/{category}/"];
    ItemAutomation "item-automation" "The robots of a type." ["/crm/type/{type}/automation/{category}/"];
    ItemMerge "item-merge" "Items that are merged." ["/crm/type/{type}/merge/"];
    TypeSettings "type-settings" "The settings of a smart process." ["/crm/type/detail/{type}/"];
    CompanyRequisite "company-requisite" "Details of a company." ["/crm/company/requisite/{id}/"];
    ContactRequisite "contact-requisite" "Details of a contact." ["/crm/contact/requisite/{id}/"];
    Activities "activities" "Activities." ["/crm/activity/"];
    CrmSettings "crm-settings" "The settings of the CRM." ["/crm/configs/"];
    WebForms "web-forms" "Forms of the CRM." ["/crm/webform/"];
    Button "button" "A widget of a site." ["/crm/button/edit/{id}/"];
    Product "product" "A product." ["/crm/catalog/{iblock}/product/{id}/"];
    ProductVariation "product-variation" "A variation of a product." ["/crm/catalog/{iblock}/product/{id}/variation/{variation}/"];
    ProductStock "product-stock" "Where a product is in stock." ["/crm/catalog/{iblock}/product/{id}/store_amount/"];
    ShopProduct "shop-product" "A product in the shop." ["/shop/catalog/{iblock}/product/{id}/"];
    ShopVariation "shop-variation" "A variation of a product in the shop." ["/shop/catalog/{iblock}/product/{id}/variation/{variation}/"];
    ShopStock "shop-stock" "Where a product of the shop is in stock." ["/shop/catalog/{iblock}/product/{id}/store_amount/"];
    Order "order" "An order." ["/shop/orders/details/{id}/"];
    Payment "payment" "A payment of an order." ["/shop/orders/payment/details/{id}/"];
    Shipment "shipment" "A shipment of an order." ["/shop/orders/shipment/details/{id}/"];
    OrderList "orders" "The list of orders." ["/shop/orders/list/"];
    StockDocument "stock-document" "A stock document." ["/shop/documents/details/{id}/?inventoryManagementSource=inventory", "/shop/documents/details/{id}/"];
    Realization "realization" "A realization." ["/shop/documents/details/sales_order/{id}/"];
    DocumentsCatalog "documents-catalog" "The catalogue of stock documents." ["/shop/documents-catalog/{rest:many}/"];
    TerminalPayment "terminal-payment" "A payment of the terminal." ["/terminal/details/{id}/"];
    TaskFlow "task-flow" "A flow of tasks." ["/company/personal/user/{user}/tasks/flow/?apply_filter=Y&ID_numsel=exact&ID_from={id}"];
    Task "task" "A task." ["/company/personal/user/{user}/tasks/task/view/{id}/"];
    TaskEdit "task-edit" "The form of a task; 0 for a new one." ["/company/personal/user/{user}/tasks/task/edit/{task}/"];
    TaskOfGroup "group-task" "A task of a workgroup." ["/workgroups/group/{group}/tasks/task/view/{id}/"];
    TaskEditOfGroup "group-task-edit" "The form of a task of a workgroup; 0 for a new one." ["/workgroups/group/{group}/tasks/task/edit/{task}/"];
    TaskOfGuest "guest-task" "A task as guests see it." ["/contacts/personal/user/{user}/tasks/task/view/{id}/"];
    TaskAlone "task-alone" "A task at its newer place." ["/tasks/task/view/{id}/"];
    UserTasks "user-tasks" "The tasks of an employee." ["/company/personal/user/{user}/tasks/"];
    GroupTasks "group-tasks" "The tasks of a workgroup." ["/workgroups/group/{group}/tasks/"];
    UserEvent "user-event" "An event of an employee's calendar." ["/company/personal/user/{user}/calendar/?EVENT_ID={id}"];
    GroupEvent "group-event" "An event of a workgroup's calendar." ["/workgroups/group/{group}/calendar/?EVENT_ID={id}"];
    Event "event" "An event." ["/calendar/?EVENT_ID={id}"];
    EventFile "event-file" "An event as a file." ["/calendar/ics/?EVENT_ID={id}"];
    UserCalendar "user-calendar" "The calendar of an employee." ["/company/personal/user/{user}/calendar/"];
    UserEdit "user-edit" "The form of a profile." ["/company/personal/user/{user}/edit/"];
    UserDocuments "user-documents" "The documents of an employee." ["/company/personal/user/{user}/disk/documents/"];
    UserFolder "user-folder" "A folder of an employee's disk." ["/company/personal/user/{user}/disk/path/{rest:many}/"];
    UserDisk "user-disk" "The disk of an employee." ["/company/personal/user/{user}/disk/path/"];
    UserFile "user-file" "A file of an employee's disk." ["/company/personal/user/{user}/disk/file/{rest:many}/"];
    UserPost "user-post" "A message of an employee's feed." ["/company/personal/user/{user}/blog/{id}/"];
    UserSecurity "user-security" "How an employee signs in." ["/company/personal/user/{user}/common_security/?page=auth"];
    User "user" "An employee." ["/company/personal/user/{id}/"];
    Guest "guest" "A person as guests see it." ["/contacts/personal/user/{id}/"];
    GroupCalendar "group-calendar" "The calendar of a workgroup." ["/workgroups/group/{group}/calendar/"];
    GroupFolder "group-folder" "A folder of a workgroup's disk." ["/workgroups/group/{group}/disk/path/{rest:many}/"];
    GroupDisk "group-disk" "The disk of a workgroup." ["/workgroups/group/{group}/disk/path/"];
    Group "group" "A workgroup or project." ["/workgroups/group/{id}/"];
    ChatMessage "chat-message" "A message of a chat." ["/online/?IM_DIALOG=chat{id}&IM_MESSAGE={message}"];
    Chat "chat" "A chat." ["/online/?IM_DIALOG=chat{id}"];
    DialogMessage "dialog-message" "A message of a talk with an employee." ["/online/?IM_DIALOG={id}&IM_MESSAGE={message}"];
    BotDialog "bot" "A talk with a bot, with its context." ["/online/?IM_DIALOG={id}&BOT_CONTEXT={context:text}"];
    Dialog "dialog" "A talk with an employee." ["/online/?IM_DIALOG={id}"];
    History "history" "The history of a talk." ["/online/?IM_HISTORY={dialog:text}"];
    OpenLine "line" "A talk of an open line." ["/online/?IM_LINES={dialog:text}"];
    Copilot "copilot" "A talk with the assistant." ["/online/?IM_COPILOT={dialog:text}"];
    Collab "collab" "A talk of a collab." ["/online/?IM_COLLAB={dialog:text}"];
    Call "call" "A call." ["/online/call/{call:text}/", "/online/call/{call:text}"];
    Messenger "messenger" "The messenger." ["/online/"];
    Conference "conference" "A conference." ["/video/{alias:text}/", "/video/{alias:text}"];
    Feed "feed" "The feed." ["/stream/"];
    Post "post" "A message of the feed." ["/company/personal/log/{id}/"];
    CrmPost "crm-post" "A message of the CRM's feed." ["/crm/stream/?log_id={id}"];
    NewMail "new-mail" "A new letter." ["/mail/message/new"];
    Letter "letter" "A letter." ["/mail/message/{id}"];
    Mail "mail" "The mail." ["/mail/"];
    Application "application" "An application." ["/marketplace/view/{code:text}/"];
    MarketDetail "market" "An application of the market." ["/market/detail/{code:text}/"];
    Marketplace "marketplace" "The market." ["/marketplace/"];
    DeveloperPage "developer-page" "A page for developers." ["/devops/{rest:many}/"];
    Developer "developer" "The section for developers." ["/devops/"];
    Document "document" "A document." ["/docs/{rest:many}/"];
    Documents "documents" "The documents." ["/docs/"];
    DiskFile "disk-file" "A file." ["/disk/showFile/{id}/"];
    DiskDownload "disk-download" "A file to be kept." ["/disk/downloadFile/{id}/"];
    DiskFocus "disk-focus" "A place of the disk." ["/bitrix/tools/disk/focus.php"];
    Analytics "analytics" "A report." ["/report/analytics/?analyticBoardKey={board:text}"];
    CallReport "call-report" "The report of calls." ["/report/telephony/"];
    Telephony "telephony" "Telephony." ["/telephony/"];
    TelephonyLine "telephony-line" "The settings of a line." ["/telephony/edit.php?ID={id}"];
    ContactCenter "contact-center" "The contact centre." ["/contact_center/"];
    PortalSettings "portal-settings" "A page of settings." ["/settings/configs/?page={page:text}"];
    BoxSettings "box-settings" "The settings of a portal on a server of the company." ["/configs/"];
    Dashboard "dashboard" "A dashboard." ["/bi/dashboard/detail/{id}/"];
    Structure "structure" "The structure of the company." ["/hr/structure/"];
    WorkReport "work-report" "The report of a working day." ["/timeman/worktime/records/{id}/report/"];
    Workflow "workflow" "A task of a business process." ["/company/personal/bizproc/{id}/"];
    Process "process" "A process of the feed." ["/bizproc/processes/{list}/{rest:many}/"];
    ListElement "list-element" "An element of a list." ["/company/lists/{list}/element/0/{id}/"];
    SignMember "sign-member" "A document to be signed." ["/sign/link/member/{id}/"];
    Sign "sign" "Signatures." ["/sign/"];
    Knowledge "knowledge" "A page of the knowledge base." ["/knowledge/{rest:many}/"];
}

static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(|| {
    let of = |kind: &PageKind| {
        kind.templates()
            .iter()
            .filter_map(|text| Template::of(*kind, text))
            .collect::<Vec<_>>()
    };
    PageKind::ALL.iter().flat_map(of).collect()
});

/// The first template of each kind, in the order of the kinds.
static PRINTED: LazyLock<Vec<Template>> = LazyLock::new(|| {
    let of = |kind: &PageKind| kind.templates().first().and_then(|text| Template::of(*kind, text));
    PageKind::ALL.iter().filter_map(of).collect()
});

/// All templates.
pub(super) fn templates() -> &'static [Template] {
    &TEMPLATES
}

impl PageKind {
    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    /// The template that is printed.
    pub(super) fn printed(self) -> &'static Template {
        &PRINTED[self as usize]
    }
}
