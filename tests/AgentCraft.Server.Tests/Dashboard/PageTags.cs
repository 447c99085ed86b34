using System.Net;
using System.Text.RegularExpressions;

namespace AgentCraft.Server.Tests.Dashboard;

/// <summary>Reads a page as a browser would find its tags, and says what is in it that no page of ours has.</summary>
internal static partial class PageTags
{
    private static readonly HashSet<string> Ours =
    [
        "!doctype", "html", "head", "meta", "title", "link", "script", "body", "a", "header", "span", "form", "label", "input", "button", "p", "nav", "ul", "ol", "li", "main", "div", "h1", "h2",
        "h3", "h4", "h5", "h6", "footer", "section", "article", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td", "bdi", "b", "code", "pre", "time", "details",
        "summary", "textarea", "select", "option", "figure", "svg", "rect", "polyline", "polygon", "progress", "mark", "ins", "del", "strong", "em", "blockquote", "hr", "br",
    ];

    /// <summary>What should not be there: tags and attributes that are not ours, addresses elsewhere, scripts with something in them.</summary>
    public static IReadOnlyList<string> Strange(string html)
    {
        List<string> strange = [];
        foreach (Match tag in Tag().Matches(html))
        {
            string name = tag.Groups["name"].Value.ToLowerInvariant();
            if (!Ours.Contains(name))
                strange.Add(tag.Value);
            foreach (Match attribute in Attribute().Matches(tag.Groups["rest"].Value))
                Check(name, attribute.Groups["name"].Value.ToLowerInvariant(), WebUtility.HtmlDecode(attribute.Groups["value"].Value), tag.Value, strange);
        }
        if (Hidden().IsMatch(html))
            strange.Add("a character that nobody sees");
        strange.AddRange(Script().Matches(html).Select(script => script.Value));
        return strange;
    }

    private static void Check(string tag, string name, string value, string all, List<string> strange)
    {
        bool isAddress = name is "href" or "src" or "action" or "data-stream" or "formaction";
        bool isOurs = value.StartsWith('#') || (value.StartsWith('/') && !value.StartsWith("//", StringComparison.Ordinal));
        bool isWeb = tag == "a" && (value.StartsWith("https://", StringComparison.Ordinal) || value.StartsWith("http://", StringComparison.Ordinal));
        if (name.StartsWith("on", StringComparison.Ordinal) || name == "style" || (isAddress && !isOurs && !isWeb) || (tag == "script" && name is not ("src" or "type")))
            strange.Add(all);
    }

    [GeneratedRegex("""<(?<name>[a-zA-Z!][^\s/>]*)(?<rest>(?:[^>"']|"[^"]*"|'[^']*')*)>""")]
    private static partial Regex Tag();

    [GeneratedRegex("""(?<name>[^\s"'=/]+)(?:\s*=\s*(?:"(?<value>[^"]*)"|'(?<value>[^']*)'|(?<value>[^\s"'>]+)))?""")]
    private static partial Regex Attribute();

    [GeneratedRegex("""<script[^>]*>[^<]+""")]
    private static partial Regex Script();

    [GeneratedRegex(@"[\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]|\uDB40[\uDC00-\uDFFF]")]
    private static partial Regex Hidden();
}
