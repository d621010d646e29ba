//! Why a link was refused, for a person. The words complete «Ссылка не принята: ...».
use super::Text;
use crate::link::LinkRefused;

/// The reason in both languages.
pub(super) const fn text(refused: LinkRefused) -> Text {
    let (ru, en) = match refused {
        LinkRefused::Empty => ("она пустая", "it is empty"),
        LinkRefused::Length => ("она длиннее 8 КиБ", "it is longer than 8 KiB"),
        LinkRefused::Scheme => (
            "такой вид ссылок не поддерживается",
            "this kind of link is not understood",
        ),
        LinkRefused::Control => ("в ней есть управляющие символы", "it holds control characters"),
        LinkRefused::Bidi => (
            "в ней есть символы, меняющие направление текста",
            "it holds characters that change the direction of text",
        ),
        LinkRefused::Encoding => ("она закодирована с ошибкой", "it is not correctly encoded"),
        LinkRefused::User => ("в ней указаны имя или пароль", "it holds a user name or a password"),
        LinkRefused::Session => (
            "она ведёт в сеанс другого окна",
            "it leads into the session of another window",
        ),
        LinkRefused::Action => (
            "после hotstart:// стоит незнакомое слово",
            "hotstart:// is followed by an unknown word",
        ),
        LinkRefused::Base => ("в ней нет имени базы", "it names no valid base"),
        LinkRefused::Nav => ("это не навигационная ссылка 1С", "it is not a navigation link of 1C"),
        LinkRefused::Kind => (
            "в ней незнакомый вид объектов 1С",
            "it names an unknown kind of 1C objects",
        ),
        LinkRefused::Identifier => ("в ней недопустимое имя объекта 1С", "a name in it is no 1C identifier"),
        LinkRefused::Reference => (
            "ссылка на объект 1С в ней повреждена",
            "the reference to the 1C object in it is damaged",
        ),
        LinkRefused::Query => (
            "в ней лишние или повторные параметры",
            "it has unknown or repeated parameters",
        ),
        LinkRefused::Address => (
            "адрес не относится ни к базе, ни к странице портала",
            "the address belongs to no base and no page of a portal",
        ),
        LinkRefused::Crm => (
            "в ней не хватает портала, типа или номера",
            "it lacks the portal, the type or the id",
        ),
        LinkRefused::Portal => ("в ней недопустимый адрес портала", "it names no valid portal"),
        LinkRefused::Type => (
            "в ней незнакомый тип элемента CRM",
            "it names an unknown type of CRM entity",
        ),
        LinkRefused::Id => ("в ней недопустимый номер", "the id in it is not valid"),
        LinkRefused::Path => (
            "в ней недопустимый путь страницы",
            "the path of the page in it is not valid",
        ),
        LinkRefused::Page => ("такой страницы настроек нет", "there is no such page of the settings"),
        LinkRefused::Source => (
            "отсюда такие ссылки не принимаются",
            "such links are not accepted from there",
        ),
    };
    Text { ru, en }
}
