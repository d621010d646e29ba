//! What was seen of a condition, and what to do where it does not hold.
use super::{Condition, Fact};
use crate::texts::Text;

/// A desk of a terminal server has its own instance.
pub(super) const TERMINAL: Text = Text {
    ru: "Это сеанс терминального сервера: клиент говорит с Hotstart своего сеанса.",
    en: "This is a session of a terminal server: the client speaks with the Hotstart of its own session.",
};

/// What no client can do.
pub(super) const SERVER_JOBS: Text = Text {
    ru: "Если события нужны и при закрытых клиентах, добавьте HTTP-сервис или общий релей (hotstartctl relay).",
    en: "If events are wanted with all clients closed, add the HTTP service or the company relay (hotstartctl relay).",
};

/// What is known of a condition.
pub(super) const fn seen(condition: Condition, fact: Fact) -> Text {
    let [yes, no, unseen] = words(condition);
    let (ru, en) = match fact {
        Fact::Yes => yes,
        Fact::No => no,
        Fact::NotChecked => unseen,
    };
    Text { ru, en }
}

/// A sentence in both languages.
type Said = (&'static str, &'static str);

#[expect(clippy::too_many_lines, reason = "a table")]
const fn words(condition: Condition) -> [Said; 3] {
    match condition {
        Condition::Running => [
            (
                "Клиент 1С подключён к мосту.",
                "A client of 1C is attached to the bridge.",
            ),
            (
                "К мосту не подключён ни один клиент этой базы.",
                "No client of this base is attached to the bridge.",
            ),
            (
                "Подключён ли клиент к мосту, отсюда не видно.",
                "Whether a client is attached to the bridge cannot be seen from here.",
            ),
        ],
        Condition::ClientHere => [
            (
                "Клиент 1С установлен на этом компьютере.",
                "A client of 1C is installed on this computer.",
            ),
            (
                "На этом компьютере клиента 1С нет.",
                "There is no client of 1C on this computer.",
            ),
            (
                "Есть ли на компьютере клиент 1С, не проверено.",
                "Whether this computer has a client of 1C was not checked.",
            ),
        ],
        Condition::Published => [
            ("База опубликована и отвечает.", "The base is published and answers."),
            ("База не опубликована.", "The base is not published."),
            (
                "Публикация не ответила, остальное о ней не видно.",
                "The publication did not answer; the rest of it is not seen.",
            ),
        ],
        Condition::Address => [
            ("Адрес безопасен.", "The address is safe."),
            ("Адрес без шифрования.", "The address is not encrypted."),
            ("Адрес не проверен.", "The address was not checked."),
        ],
        Condition::Chain => [
            ("Цепочка сертификатов верна.", "The chain of certificates is whole."),
            (
                "Цепочка сертификатов неверна.",
                "The chain of certificates is not whole.",
            ),
            (
                "Цепочка сертификатов не проверена.",
                "The chain of certificates was not checked.",
            ),
        ],
        Condition::Service => [
            (
                "HTTP-сервис Hotstart отвечает.",
                "The HTTP service of Hotstart answers.",
            ),
            (
                "HTTP-сервиса Hotstart в базе нет.",
                "The base has no HTTP service of Hotstart.",
            ),
            (
                "Есть ли в базе HTTP-сервис Hotstart, без входа не видно.",
                "Whether the base has the HTTP service of Hotstart cannot be seen without signing in.",
            ),
        ],
        Condition::User => [
            (
                "Пользователь сервиса принят базой.",
                "The base takes the user of the service.",
            ),
            (
                "Пользователь сервиса не задан или не принят.",
                "The user of the service is not set or was refused.",
            ),
            (
                "Пользователь сервиса задан; примет ли его база, станет видно при первом вызове.",
                "The user of the service is set; whether the base takes him is seen at the first call.",
            ),
        ],
        Condition::Role => [
            ("Прав пользователя хватает.", "The user has the rights."),
            ("Пользователю не хватает прав.", "The user lacks rights."),
            (
                "Права пользователя отсюда не видны.",
                "The rights of the user cannot be seen from here.",
            ),
        ],
        Condition::Released => [
            (
                "Лицензия после вызова освобождается.",
                "The licence is free after a call.",
            ),
            (
                "Лицензия после сеанса могла остаться занятой.",
                "The licence may have stayed held after a session.",
            ),
            (
                "Освобождение лицензии не проверено.",
                "The release of the licence was not checked.",
            ),
        ],
        Condition::OwnServers => [
            ("База не в режиме сервиса.", "The base is not in service mode."),
            (
                "База в режиме сервиса: действуют его правила.",
                "The base is in service mode: the rules of the service apply.",
            ),
            ("Режим сервиса не проверен.", "Service mode was not checked."),
        ],
        Condition::NotFile => [
            (
                "База серверная: соединение держит фоновый сеанс.",
                "It is a server base: a background session holds the connection.",
            ),
            (
                "База файловая: клиент замирает на всё время соединения.",
                "It is a file base: the client freezes for as long as it is connected.",
            ),
            (
                "Файловая база или серверная, отсюда не видно.",
                "Whether it is a file base or a server base cannot be seen from here.",
            ),
        ],
        Condition::Outside => [
            ("База видна из Интернета.", "The base is reached from the Internet."),
            (
                "База из Интернета не видна.",
                "The base is not reached from the Internet.",
            ),
            (
                "Видна ли база из Интернета, отсюда не проверить.",
                "Whether the base is reached from the Internet cannot be checked from here.",
            ),
        ],
        Condition::Connector => [
            (
                "Коннектор вендора подключён.",
                "The connector of the vendor is connected.",
            ),
            (
                "Коннектор вендора не подключён.",
                "The connector of the vendor is not connected.",
            ),
            (
                "Подключён ли коннектор вендора, отсюда не видно.",
                "Whether the connector of the vendor is connected cannot be seen from here.",
            ),
        ],
    }
}

/// What to do where a condition does not hold; none where nothing has to be done.
pub(super) const fn step(condition: Condition) -> Option<Text> {
    let (ru, en) = match condition {
        Condition::ClientHere => ("Установите тонкий клиент 1С.", "Install the thin client of 1C."),
        Condition::Running => (
            "Установите в базу расширение Hotstart и подключите клиент: «Сервис», «Hotstart: настройки».",
            "Install the Hotstart extension in the base and attach a client: “Tools”, “Hotstart: settings”.",
        ),
        Condition::Published => (
            "Опубликуйте базу на веб-сервере внутри сети и укажите адрес на странице «Базы».",
            "Publish the base on a web server inside the network and enter its address on the page “Bases”.",
        ),
        Condition::Address => (
            "Переведите публикацию на https или отметьте, что она во внутренней сети.",
            "Move the publication to https or mark it as intranet.",
        ),
        Condition::Chain => (
            "Исправьте цепочку сертификатов: что не так, сказано в проверке сертификата.",
            "Mend the chain of certificates: the check of the certificate says what is wrong.",
        ),
        Condition::Service => (
            "Установите расширение Hotstart и опубликуйте его HTTP-сервис.",
            "Install the Hotstart extension and publish its HTTP service.",
        ),
        Condition::User => (
            "Заведите в базе пользователя с ролью «Hotstart: обмен с Битрикс24» и укажите его на странице «Базы».",
            "Make a user in the base with the role “Hotstart: обмен с Битрикс24” and enter him on the page “Bases”.",
        ),
        Condition::Role => (
            "Дайте пользователю права: для вендорского способа полные или роль «(Коннектор к Битрикс24) Администратор».",
            "Give the user the rights: for the way of the vendor all of them or the role «(Коннектор к Битрикс24) Администратор».",
        ),
        Condition::Outside => (
            "Опубликуйте базу наружу, если это допускает политика компании.",
            "Publish the base to the outside if the company allows that.",
        ),
        Condition::Connector => (
            "Установите и подключите коннектор вендора.",
            "Install and connect the connector of the vendor.",
        ),
        Condition::Released => (
            "Настройте принудительное освобождение лицензии в параметрах информационной базы.",
            "Set up the forced release of licences in the parameters of the infobase.",
        ),
        Condition::OwnServers | Condition::NotFile => return None,
    };
    Some(Text { ru, en })
}
