//! Tables of inputs with the text and entities, or Telegram's error text, that they parse to.

use super::parse;

/// The text and its entities as `kind@offset+length`, followed by `=` and the entity's URL, language or id.
fn render(text: &str, mode: &str) -> String {
    match parse(text, mode) {
        Err(error) => error,
        Ok(parsed) => {
            let entities = parsed.entities.iter().map(|entity| {
                let user = entity.user.as_ref().map(|user| user.id.to_string());
                let detail = entity
                    .url
                    .clone()
                    .or(entity.language.clone())
                    .or(entity.custom_emoji_id.clone())
                    .or(user);
                let detail = detail.map_or(String::new(), |detail| format!("={detail}"));
                format!(" {}@{}+{}{detail}", entity.kind, entity.offset, entity.length)
            });
            format!("{:?}{}", parsed.text, entities.collect::<String>())
        }
    }
}

fn check(mode: &str, table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(render(text, mode), *expected, "{mode}: {text:?}");
    }
}

#[test]
fn html() {
    check(
        "HTML",
        &[
            ("<b>bold</b> <i>it</i>", r#""bold it" bold@0+4 italic@5+2"#),
            ("<b>a<i>b</i></b>", r#""ab" italic@1+1 bold@0+2"#),
            ("😀<u>x</u>", r#""😀x" underline@2+1"#),
            ("a &lt;b&gt; &amp; &quot; &nbsp; &#65;&#x42;", r#""a <b> & \" &nbsp; AB""#),
            ("<a href=\"https://Example.com/A?b\">x</a>", r#""x" text_link@0+1=https://example.com/A?b"#),
            ("<a href=\"tg://user?id=42\">you</a>", r#""you" text_mention@0+3=42"#),
            ("<a>example.com</a>", r#""example.com" text_link@0+11=http://example.com/"#),
            ("<pre><code class=\"language-rust\">fn</code></pre>", r#""fn" pre@0+2=rust"#),
            ("<code class=\"language-rust\">fn</code>", r#""fn" code@0+2"#),
            (
                "<tg-spoiler>s</tg-spoiler><span class=\"tg-spoiler\">t</span>",
                r#""st" spoiler@0+1 spoiler@1+1"#,
            ),
            ("<blockquote expandable>q</blockquote>", r#""q" expandable_blockquote@0+1"#),
            ("<tg-emoji emoji-id=\"5\">👍</tg-emoji>", r#""👍" custom_emoji@0+2=5"#),
            ("<b></b>x", r#""x""#),
            ("<b>x", "Can't parse entities: Can't find end tag corresponding to start tag \"b\""),
            ("x <c>y</c>", "Can't parse entities: Unsupported start tag \"c\" at byte offset 2"),
            ("x</b>", "Can't parse entities: Unexpected end tag at byte offset 1"),
            (
                "<b>é</i>",
                "Can't parse entities: Unmatched end tag at byte offset 5, expected \"</b>\", found \"</i>\"",
            ),
            ("<b", "Can't parse entities: Unclosed start tag at byte offset 0"),
            ("<a href", "Can't parse entities: Unclosed start tag \"a\" at byte offset 0"),
            ("<b>x</b", "Can't parse entities: Unclosed end tag at byte offset 4"),
            (
                "<span>x</span>",
                "Can't parse entities: Tag \"span\" must have class \"tg-spoiler\" at byte offset 0",
            ),
            ("1 < 2", "Can't parse entities: Unsupported start tag \"\" at byte offset 2"),
        ],
    );
}

#[test]
fn markdown_v2() {
    check(
        "MarkdownV2",
        &[
            ("*bold _italic bold_*", r#""bold italic bold" italic@5+11 bold@0+16"#),
            ("__u__ ~s~ ||p||", r#""u s p" underline@0+1 strikethrough@2+1 spoiler@4+1"#),
            ("`a.b` ```rust\nfn```", r#""a.b fn" code@0+3 pre@4+2=rust"#),
            ("[x](https://e.com/a\\)b)", r#""x" text_link@0+1=https://e.com/a)b"#),
            ("[x](tg://user?id=7)", r#""x" text_mention@0+1=7"#),
            ("![👍](tg://emoji?id=5)", r#""👍" custom_emoji@0+2=5"#),
            (">a\n>b\nc", r#""a\nb\nc" blockquote@0+4"#),
            (">a\n>b||", r#""a\nb" expandable_blockquote@0+3"#),
            ("1\\.5 \\!", r#""1.5 !""#),
            (
                "1.5",
                "Can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'",
            ),
            (
                "Hi!",
                "Can't parse entities: Character '!' is reserved and must be escaped with the preceding '\\'",
            ),
            ("é *x", "Can't parse entities: Can't find end of Bold entity at byte offset 3"),
            ("[x](http://e.com", "Can't parse entities: Can't find end of a URL at byte offset 4"),
            ("a\n__x", "Can't parse entities: Can't find end of Underline entity at byte offset 2"),
        ],
    );
}

#[test]
fn legacy_markdown() {
    check(
        "markdown",
        &[
            (
                "*b* _i_ `c` [x](http://e.com)",
                r#""b i c x" bold@0+1 italic@2+1 code@4+1 text_link@6+1=http://e.com/"#,
            ),
            ("```py\nx```", r#""x" pre@0+1=py"#),
            ("a\\_b *x*", r#""a_b x" bold@4+1"#),
            ("**", r#""""#),
            ("é_x", "Can't parse entities: Can't find end of the entity starting at byte offset 2"),
            ("[x", "Can't parse entities: Can't find end of the entity starting at byte offset 0"),
        ],
    );
    assert_eq!(render("x", "xml"), "Unsupported parse_mode");
    assert_eq!(render("<b>", "None"), r#""<b>""#);
}
