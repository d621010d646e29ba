//! What is refused, and by which code.

use super::*;

#[test]
fn schemes_and_forms() {
    for text in [
        "hello",
        "hotstart:",
        "hotstart:/onec/ut/e1cib/list/Задача.З",
        "hotstart:onec/ut/e1cib/list/Задача.З",
        "hotstart:%2f%2fonec/ut/e1cib/list/Задача.З",
        "hotstart:\\\\onec\\ut",
        "hotstart%3A//onec/ut/e1cib/list/Задача.З",
        " hotstart ://onec/ut/e1cib/list/Задача.З",
        "%20hotstart://settings",
        "\u{feff}hotstart://settings",
        "\"hotstart://settings\"",
        "javascript:alert(1)",
        "javascript://x/%0aalert",
        "file:///etc/passwd",
        "smb://host/share",
        "\\\\host\\share",
        "ms-settings:",
        "vscode://x",
        "mailto:a@b.ru",
        "data:text/html,x",
        "e1ccs/data/msg?id=1",
        "e1cib",
        "-e1cib/list/Задача.З",
        "//host/crm/deal/details/5/",
    ] {
        let seen = code(text);
        assert!(
            matches!(seen, Some("link.refused.scheme" | "link.refused.control")),
            "{text}: {seen:?}"
        );
    }
    for text in ["", " ", "\n\t", "\u{a0}"] {
        assert_eq!(code(text), Some("link.refused.empty"), "{text:?}");
    }
}

#[test]
fn length() {
    let nav = "e1cib/list/Задача.";
    let fits = format!("{nav}{}", "x".repeat(MAX_LENGTH - nav.len()));
    assert_eq!(fits.len(), MAX_LENGTH);
    assert_eq!(code(&fits), None);
    assert_eq!(code(&format!("{fits}x")), Some("link.refused.length"));
    assert_eq!(code(&"x".repeat(1 << 20)), Some("link.refused.length"));
    let grows = format!("hotstart://b24/p/{}", " a".repeat(4000));
    assert!(grows.len() <= MAX_LENGTH);
    assert_eq!(
        code(&grows),
        Some("link.refused.length"),
        "its canonical form would be no link"
    );
}

#[test]
fn characters_raw_and_encoded() {
    for (text, expected) in [
        ("hotstart://b24/p/a\u{0}b", "control"),
        ("hotstart://b24/p/a\nb", "control"),
        ("hotstart://b24/p/a%0Ab", "control"),
        ("hotstart://b24/p/a%00", "control"),
        ("hotstart://settings%0A", "control"),
        ("%0Ahotstart://settings", "control"),
        ("hotstart://b24/p/a%7F", "control"),
        ("hotstart://b24/p/a%C2%85", "control"),
        ("hotstart://b24/p/a\u{202e}b", "bidi"),
        ("hotstart://b24/p/a%E2%80%AEb", "bidi"),
        ("hotstart://onec/u\u{2066}t/e1cib/list/Задача.З", "bidi"),
        ("hotstart://onec/ut/e1cib/list/Задача.З\u{200f}", "bidi"),
        ("hotstart://b24/p/a%", "encoding"),
        ("hotstart://b24/p/a%4", "encoding"),
        ("hotstart://b24/p/a%zz", "encoding"),
        ("hotstart://b24/p/a%FF", "encoding"),
        ("hotstart://b24/p/a%ED%A0%80", "encoding"),
        ("hotstart://b24/p/%C0%AE%C0%AE/", "encoding"),
        (r#"bx://v2/p/openPage/options/{"url":"/a\u0000"}"#, "control"),
        (r#"bx://v2/p/openPage/options/{"url":"/a%250A%00"}"#, "control"),
    ] {
        assert_eq!(
            code(text),
            Some(format!("link.refused.{expected}")).as_deref(),
            "{text}"
        );
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table reads better than its pieces")]
fn own_grammar() {
    let zero = "0".repeat(32);
    for (text, expected) in [
        ("hotstart://", "action"),
        ("hotstart:///onec/ut/e1cib/list/Задача.З", "action"),
        ("hotstart://onec%2Fut/e1cib/list/Задача.З", "action"),
        ("hotstart://%6fnec/ut/e1cib/list/Задача.З", "action"),
        ("hotstart://onec:80/ut/e1cib/list/Задача.З", "action"),
        ("hotstart://open/x", "action"),
        ("hotstart://settings?page=x", "action"),
        ("hotstart://onec", "base"),
        ("hotstart://onec/", "base"),
        ("hotstart://onec//e1cib/list/Задача.З", "base"),
        ("hotstart://onec/%20/e1cib/list/Задача.З", "base"),
        ("hotstart://onec/%20ut/e1cib/list/Задача.З", "base"),
        ("hotstart://onec/ut%20/e1cib/list/Задача.З", "base"),
        ("hotstart://onec/-ut/e1cib/list/Задача.З", "base"),
        ("hotstart://onec/../e1cib/list/Задача.З", "base"),
        ("hotstart://onec/ut%2F..%2Fx/e1cib/list/Задача.З", "base"),
        (
            "hotstart://onec/ut%20%2FExecute%20C:%5Cevil.epf/e1cib/list/Задача.З",
            "base",
        ),
        ("hotstart://onec/ut\"/e1cib/list/Задача.З", "base"),
        ("hotstart://onec/ut%22%20%2FN/e1cib/list/Задача.З", "base"),
        ("hotstart://onec/$(x)/e1cib/list/Задача.З", "base"),
        ("hotstart://onec/a|b/e1cib/list/Задача.З", "base"),
        ("hotstart://onec/a;b/e1cib/list/Задача.З", "base"),
        ("hotstart://onec/%2575t/e1cib/list/Задача.З", "base"),
        ("hotstart://onec/javascript:alert(1)/e1cib/list/Задача.З", "base"),
        ("hotstart://onec/ut%2Fe1cib%2Flist%2FЗадача.З", "base"),
        ("hotstart://onec/ut", "nav"),
        ("hotstart://onec/ut/", "nav"),
        ("hotstart://onec/x/javascript:alert(1)", "nav"),
        ("hotstart://onec/x/https://evil.example/", "nav"),
        ("hotstart://onec/x/e1c://server/a/b#e1cib/list/Задача.З", "nav"),
        ("hotstart://onec/x//e1cib/list/Задача.З", "nav"),
        ("hotstart://onec/x/e1cib%252Flist%252FЗадача.З", "nav"),
        ("hotstart://onec/x/e1cib/list/Задача.З/Execute C:\\evil.epf", "nav"),
        ("hotstart://onec/x/e1cib/list/Задача.З /Execute C:\\evil.epf", "nav"),
        ("hotstart://onec/x/e1cib/list/Задача.З%20%2FC%22x%22", "nav"),
        ("hotstart://onec/x/e1cib/list/Роль.Х", "kind"),
        ("hotstart://onec/x/e1cib/list/Cправочник.Х", "kind"),
        ("hotstart://onec/x/e1cib/list/Задача.З%20-N", "identifier"),
        ("hotstart://onec/x/e1cib/list/Задача.`x`", "identifier"),
        ("hotstart://onec/x/e1cib/list/Задача.З|x", "identifier"),
        ("hotstart://onec/x/e1cib/list/Задача.З#x", "identifier"),
        ("hotstart://onec/x/e1cib/list/Задача.1З", "identifier"),
        ("hotstart://onec/x/e1cib/data/Документ.Заказ?ref=123", "ref"),
        (
            &format!("hotstart://onec/x/e1cib/data/Документ.Заказ?ref={zero}"),
            "ref",
        ),
        (
            &format!("hotstart://onec/x/e1cib/data/Документ.Заказ?ref={R}&ref={R}"),
            "query",
        ),
        (
            &format!("hotstart://onec/x/e1cib/data/Документ.Заказ?ref={R}&x=1"),
            "query",
        ),
        (
            &format!("hotstart://onec/x/e1cib/data/Документ.Заказ?ref={R}%26x%3D1"),
            "query",
        ),
        ("hotstart://onec/x/e1cib/tempstorage/y", "session"),
        ("hotstart://onec/x/e1cib/%74empstorage/y", "session"),
        (
            &format!("hotstart://onec/x/e1cib/data/Документ.Заказ?ref={R}&seanceId=1"),
            "session",
        ),
        (
            &format!("hotstart://onec/x/e1cib/data/Документ.Заказ?ref={R}&%73eanceid=1"),
            "session",
        ),
        ("hotstart://b24/p/stream/?seanceId=1", "session"),
        ("hotstart://crm", "crm"),
        ("hotstart://crm/p", "crm"),
        ("hotstart://crm/p/deal", "crm"),
        ("hotstart://crm/p/deal%2F5", "crm"),
        ("hotstart://crm/p/deal/5/x", "crm"),
        ("hotstart://crm/p/deal/5/new", "crm"),
        ("hotstart://crm/p/deal/5/old/Документ.Х", "crm"),
        ("hotstart://crm/p/deal/5/new/Документ.Х/y", "crm"),
        ("hotstart://crm/p/deal/5//", "crm"),
        ("hotstart://crm//deal/5", "portal"),
        ("hotstart://crm/p./deal/5", "portal"),
        ("hotstart://crm/p:0/deal/5", "portal"),
        ("hotstart://crm/p:x/deal/5", "portal"),
        ("hotstart://crm/p%2570/deal/5", "portal"),
        ("hotstart://crm/-x/deal/5", "portal"),
        ("hotstart://crm/2130706433/deal/5", "portal"),
        ("hotstart://crm/https:%2F%2Fp/deal/5", "portal"),
        ("hotstart://crm/p/order/5", "type"),
        ("hotstart://crm/p/task/5", "type"),
        ("hotstart://crm/p/0/5", "type"),
        ("hotstart://crm/p/-1/5", "type"),
        ("hotstart://crm/p/99999999999/5", "type"),
        ("hotstart://crm/p//5", "type"),
        ("hotstart://crm/p/deal/", "crm"),
        ("hotstart://crm/p/deal/0", "id"),
        ("hotstart://crm/p/deal/-5", "id"),
        ("hotstart://crm/p/deal/5x", "id"),
        ("hotstart://crm/p/deal/5?x=1", "id"),
        ("hotstart://crm/p/deal/5#x", "id"),
        ("hotstart://crm/p/deal/5 /Execute x", "crm"),
        ("hotstart://crm/p/deal/5%20%2FExecute", "id"),
        ("hotstart://crm/p/deal/{{ID}}", "id"),
        ("hotstart://crm/p/deal/9223372036854775808", "id"),
        ("hotstart://crm/p/deal/18446744073709551617", "id"),
        ("hotstart://crm/p/deal/٥", "id"),
        ("hotstart://crm/p/deal/5/new/Отчет.Х", "kind"),
        ("hotstart://crm/p/deal/5/new/Документ.Х;y", "identifier"),
        ("hotstart://crm/p/deal/5/new/Документ", "nav"),
        ("hotstart://b24", "portal"),
        ("hotstart://b24/", "portal"),
        ("hotstart://b24//evil.example/", "portal"),
        ("hotstart://b24/p?x=1", "portal"),
        ("hotstart://b24/p\\evil.example/", "portal"),
        ("hotstart://b24/p//evil.example/", "path"),
        ("hotstart://b24/p/\\evil.example/", "path"),
        ("hotstart://b24/p/a/../b", "path"),
        ("hotstart://b24/p/%2e%2e/b", "path"),
        ("hotstart://b24/p/rest/1/secret/user.current", "path"),
        ("hotstart://settings/a/b", "page"),
        ("hotstart://settings//", "page"),
        ("hotstart://settings/журнал", "page"),
        ("hotstart://settings/-x", "page"),
    ] {
        assert_eq!(
            code(text),
            Some(format!("link.refused.{expected}")).as_deref(),
            "{text}"
        );
    }
}

#[test]
fn other_addresses() {
    for (text, expected) in [
        ("https://evil.example/", "address"),
        ("https://evil.example", "address"),
        ("https://evil.example/index.html", "address"),
        ("https:///crm/deal/details/5/", "portal"),
        ("https://p.ru./crm/deal/details/5/", "portal"),
        ("https://p.ru\\@evil.com/crm/deal/details/5/", "path"),
        ("http://p.ru:443/crm/deal/details/5/", "portal"),
        ("https://p.ru/crm/../evil/", "path"),
        ("https://host/base/?N=a&P=b#e1cib/list/Задача.З", "address"),
        ("https://host/base/hs/x#e1cib/list/Задача.З", "address"),
        ("https://host/base/e1cib/tempstorage/x", "address"),
        ("https://host/base?seanceId=1#e1cib/list/Задача.З", "session"),
        ("https://host/base#e1cib/", "nav"),
        ("https://host/base#", "address"),
        ("e1c://server/host/base", "nav"),
        ("e1c://server/host/base#", "nav"),
        ("e1c://ws/host/base#e1cib/list/Задача.З", "address"),
        ("e1c://server/host/base /N admin#e1cib/list/Задача.З", "address"),
        ("e1c://filev/C/../x/#e1cib/list/Задача.З", "address"),
        ("e1cib/tempstorage/x", "session"),
        ("e1cib/", "nav"),
        ("bx://v2/p/chat/dialogId/5", "address"),
        (
            r#"bx://v2/p/openPage/options/{"url":"https://evil.example/crm/"}"#,
            "address",
        ),
        (r#"bx://v2/p/openPage/options/{"url":"//evil.example/crm/"}"#, "path"),
    ] {
        assert_eq!(
            code(text),
            Some(format!("link.refused.{expected}")).as_deref(),
            "{text}"
        );
    }
}

#[test]
fn users_and_passwords_anywhere() {
    for text in [
        "https://good.ru@evil.com/crm/deal/details/5/",
        "https://good.ru%40evil.com/crm/deal/details/5/",
        "https://user:pw@p.ru/crm/deal/details/5/",
        "https://user:pw@host/base#e1cib/list/Задача.З",
        "e1c://user:pw@server/host/base#e1cib/list/Задача.З",
        "e1c://server/user:pw@host/base#e1cib/list/Задача.З",
        "hotstart://user:pw@onec/ut/e1cib/list/Задача.З",
        "hotstart://onec/user:pw@ut/e1cib/list/Задача.З",
        "hotstart://crm/user:pw@p.ru/deal/5",
        "hotstart://crm/user%40p.ru/deal/5",
        "hotstart://b24/user:pw@p.ru/stream/",
        "hotstart://b24/p.ru/x/?back=https://user:pw@evil.com/",
        "hotstart://b24/p.ru/x/?back=https%3A%2F%2Fuser%3Apw%40evil.com%2F",
        "hotstart://b24/p.ru/?USER_LOGIN=x&USER_PASSWORD=y",
        r#"bx://v2/p/openPage/options/{"url":"https:\/\/user:pw@p\/crm\/"}"#,
        "bx://v2/u:p@host/openPage/options/{\"url\":\"/crm/\"}",
    ] {
        let seen = code(text);
        assert!(
            matches!(
                seen,
                Some("link.refused.user" | "link.refused.portal" | "link.refused.base")
            ),
            "{text}: {seen:?}"
        );
    }
    assert_eq!(
        code("hotstart://b24/p.ru/mail/?to=a@b.ru"),
        None,
        "an address of mail is no login"
    );
}

#[test]
fn codes_are_distinct_and_stable() {
    let mut codes: Vec<_> = LinkRefused::ALL.iter().map(|why| why.code()).collect();
    insta::assert_json_snapshot!(codes);
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), LinkRefused::ALL.len());
    assert!(codes.iter().all(|code| code.starts_with("link.refused.")));
}
