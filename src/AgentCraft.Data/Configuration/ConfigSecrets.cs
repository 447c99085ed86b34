using System.Text.RegularExpressions;
using AgentCraft.Data.Configuration.Parsing;
using AgentCraft.Data.Handovers;

namespace AgentCraft.Data.Configuration;

/// <summary>Finds values that look like keys. Configuration is committed and copied into workspaces, so it may only name where a key is.</summary>
internal static partial class ConfigSecrets
{
    private const int ShortestRandom = 24;
    private static readonly string[] Handed = ["env", "headers", "args"];

    /// <summary>Every place with one; none of them is repeated in a message.</summary>
    public static IEnumerable<ConfigFault> Faults(ConfigNode root) => In(root, "the file", isHanded: false);

    private static IEnumerable<ConfigFault> In(ConfigNode node, string name, bool isHanded) => node.Kind switch
    {
        NodeKind.Object => node.Fields.SelectMany(field => OfKey(field).Concat(In(field.Value, field.Name, isHanded || Handed.Contains(field.Name)))),
        NodeKind.List => node.Items.SelectMany((item, i) => In(item, i > 0 ? OptionOf(node.Items[i - 1].Text) ?? name : name, isHanded)),
        _ => IsSecret(node, name, isHanded) ? [Refused(node.Place, name, isHanded)] : [],
    };

    private static IEnumerable<ConfigFault> OfKey(ConfigField field) => FreeForm.IsSecret("", field.Name) ? [Refused(field.Place, "a key", isHanded: false)] : [];

    private static bool IsSecret(ConfigNode node, string name, bool isHanded)
    {
        if (isHanded && Header().IsMatch(name) && node.Text.Length > 0 && !node.Text.Contains("${", StringComparison.Ordinal))
            return true;
        if (name == "url" && Parameter().Matches(node.Text).Any(one => FreeForm.IsSecret(one.Groups[1].Value, one.Groups[2].Value)))
            return true;
        Match option = Option().Match(node.Text);
        return FreeForm.IsSecret(name, node.Text) || (option.Success && FreeForm.IsSecret(option.Groups[1].Value, option.Groups[2].Value)) || (isHanded && IsRandom(node.Text));
    }

    /// <summary>What a program is handed is short words and paths, or a key that nobody could remember.</summary>
    private static bool IsRandom(string text) =>
        text.Length >= ShortestRandom && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '=' or '_')
        && text.Any(char.IsAsciiDigit) && text.Any(char.IsAsciiLetterUpper) && text.Any(char.IsAsciiLetterLower);

    /// <summary>The name in <c>--api-key</c>, whose value is the next argument.</summary>
    private static string? OptionOf(string text) => OptionName().Match(text) is { Success: true } option ? option.Groups[1].Value : null;

    private static ConfigFault Refused(Place place, string name, bool isHanded) => new(place,
        $"{OneLine.Short(name, 60)} looks like a key or token, which no configuration may hold. Put it into an environment variable and name that: ${{{(isHanded && !Handed.Contains(name) ? VariableOf(name) : "API_KEY")}}}.",
        ErrorCodes.SecretRefused);

    private static string VariableOf(string name) => OneLine.Short(NotWord().Replace(name, "_").Trim('_').ToUpperInvariant(), 60);

    [GeneratedRegex(@"\A--?([A-Za-z][A-Za-z0-9_-]*)=(.*)\z", RegexOptions.Singleline)]
    private static partial Regex Option();

    [GeneratedRegex(@"\A--?([A-Za-z][A-Za-z0-9_-]*)\z")]
    private static partial Regex OptionName();

    /// <summary>Headers whose values are keys, whatever they look like.</summary>
    [GeneratedRegex(@"\A((proxy-)?authorization|cookie|.*-key|.*-secret)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Header();

    [GeneratedRegex(@"[?&;]([^=&;#]+)=([^&;#]*)")]
    private static partial Regex Parameter();

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex NotWord();
}
