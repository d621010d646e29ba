//! Values and properties of taking markup off.
use proptest::prelude::*;

use super::*;

fn stripped(source: &str) -> String {
    text(source, 500)
}

#[test]
fn bb_codes_go_and_their_content_stays() {
    assert_eq!(
        stripped("[USER=5]Иван Петров[/USER] [b]ждёт[/b] [URL=https://x.example/]ответа[/URL]"),
        "Иван Петров ждёт ответа"
    );
    assert_eq!(stripped("одна[br]две[BR]три"), "одна две три");
    assert_eq!(stripped("[COLOR=#ff0000]красный[/COLOR][SIZE=20]![/SIZE]"), "красный!");
    assert_eq!(stripped("[LIST][*]раз[*]два[/LIST]"), "раз два");
    assert_eq!(stripped("[SEND=/start]Начать[/SEND][ICON=/i.png title=x]"), "Начать");
    assert_eq!(stripped("[b][i][u]глубоко[/u][/b]"), "глубоко");
}

#[test]
fn brackets_that_are_no_codes_are_text() {
    for plain in [
        "[заказ 5]",
        "a[1] = b[2]",
        "[",
        "[[[",
        "]",
        "[b",
        "[unknown]x[/unknown]",
        "5 < 7 > 3",
        "<a@b.ru>",
        "a & b",
        "<",
        "&;",
        "&#xd800;",
    ] {
        assert_eq!(stripped(plain), plain);
    }
}

#[test]
fn html_goes_and_scripts_go_with_their_content() {
    assert_eq!(
        stripped("Сделка <a href=\"/crm/deal/details/5/\">Окна</a><br />выиграна"),
        "Сделка Окна выиграна"
    );
    assert_eq!(stripped("до<script>alert('<b>')</SCRIPT>после"), "допосле");
    assert_eq!(stripped("до<style>x"), "до");
    assert_eq!(stripped("<img src=x onerror=alert(1)>текст<!-- тайна -->!"), "текст!");
    assert_eq!(stripped("<!DOCTYPE html><P CLASS='x'>п</P>"), "п");
}

#[test]
fn entities_become_characters_once() {
    assert_eq!(
        stripped("&quot;Окна &amp; двери&quot; &lt;b&gt; &#39;&#x41;&#1046;&nbsp;&laquo;x&raquo;"),
        "\"Окна & двери\" <b> 'AЖ «x»"
    );
    assert_eq!(stripped("&amp;lt;"), "&lt;");
    assert_eq!(stripped("a&#10;b&#x202e;c&#0;d"), "a bc d");
}

#[test]
fn links_are_gathered_in_order() {
    let links = |source| plain(source, 500).links;
    assert_eq!(
        links("[URL=/a/]x[/URL] <a class=y HREF='/b/?x=1&amp;y=2'>z</a>"),
        ["/a/", "/b/?x=1&y=2"]
    );
    assert_eq!(
        links("см. https://p.example/crm/deal/details/5/, срочно (http://q.example)."),
        ["https://p.example/crm/deal/details/5/", "http://q.example"]
    );
    assert_eq!(links("[url]/crm/lead/details/7/[/url]"), ["/crm/lead/details/7/"]);
    assert_eq!(links("[URL][/URL][URL=][/URL][URL]"), Vec::<String>::new());
    assert_eq!(links(&"[URL=/a/]x[/URL]".repeat(100)).len(), LINKS);
}

#[test]
fn hostile_lengths_end_in_good_time() {
    for unit in [
        "[url=",
        "<a href=",
        "[",
        "<",
        "&#",
        "[USER=1]",
        "<script>",
        "<!--",
        "https://",
        "[b]<i>&amp;",
    ] {
        let plain = plain(&unit.repeat(1_000_000 / unit.len()), 500);
        assert!(plain.text.chars().count() <= 500, "{unit}");
    }
}

proptest! {
    #[test]
    fn any_text_gives_one_clean_line(source in "(\\PC|[\\[\\]<>&;=/\"'a-z#\\n\u{202e}]|\\[url=|<a href=|&#x|&lt;){0,80}", limit in 1usize..60) {
        let plain = plain(&source, limit);
        prop_assert!(plain.text.chars().count() <= limit);
        let dirty = plain.text.chars().any(|c| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
        prop_assert!(!dirty);
        prop_assert_eq!(plain.text.trim(), plain.text.as_str());
    }
}
