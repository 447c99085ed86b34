namespace AgentCraft.Server.Tests.Dashboard;

/// <summary>Words made to do something in a page that does not escape them. Those for a real browser are in tests/clients/dashboard.</summary>
internal static class Attacks
{
    public static readonly string[] All =
    [
        "<script>hurt(1)</script>", "<img src=x onerror=hurt(2)>", "\"><svg onload=hurt(3)>", "'-hurt(4)-'", "<a href=\"javascript:hurt(5)\">x</a>",
        "</title><script>hurt(6)</script>", "</textarea><script>hurt(7)</script>", "--><script>hurt(8)</script>", "\" autofocus onfocus=\"hurt(10)",
        "<style>*{display:none}</style>", "<base href=\"//evil.test/\">", "<form action=\"//evil.test/\"><button>x</button>", "&lt;script&gt;",
        "\u202Egpj.exe\u202C \u200B \u2066x\u2069 \u061C\uFEFF\u2028 \U000E0041", "<!--", "]]>", "`onmouseover=hurt(17)`", "\u0001\u0008\u001b[31m",
    ];

    /// <summary>All of them in one text.</summary>
    public static string Together => string.Join(' ', All);

    /// <summary>As Markdown would have them.</summary>
    public const string Markdown = """
        # Attacks <script>hurt(19)</script>

        [click](javascript:hurt(20)) [data](data:text/html,x) [odd](JaVaScRiPt:hurt(22)) [entity](java&#115;cript:hurt(23)) [tab](java&#9;script:hurt(24)) [vb](vbscript:x)
        <script>hurt(25)</script> ![picture](javascript:hurt(27)) ![tracker](https://evil.test/x.png "t\" onload=hurt(28)") [here](//evil.test/) [back](\\evil.test)
        <javascript:hurt(29)> <a href="javascript:hurt(30)" onclick=hurt(31)>x</a> [quote](<https://evil.test/" onmouseover="hurt(32)>) [file](src/Parser.cs)

        [ref]

        [ref]: javascript:hurt(33) "x"

        <div onclick="hurt(36)">block</div>

        <!-- a comment with <b>markup</b> -->

        | a | <script>hurt(37)</script> |
        |---|---|
        | <img src=x onerror=hurt(38)> | `<b>` |

        - [x] done <script>hurt(39)</script>
        - [ ] to do

        ```"><script>hurt(40)</script>
        <script>hurt(41)</script>
        ```

        [web](https://example.test/a?b=c&d="e") <https://example.test> ‮reversed⁦
        """;
}
