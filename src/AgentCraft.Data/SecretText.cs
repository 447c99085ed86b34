using System.Text.RegularExpressions;

namespace AgentCraft.Data;

/// <summary>
/// Takes keys and tokens out of what is shown, logged or noted: a client may send one where no one belongs, and what repeats its text must
/// not keep it.
/// </summary>
public static partial class SecretText
{
    private const string Hidden = "***";
    private const int ShortestSecret = 12;

    /// <summary>The same text, with <c>***</c> in the place of whatever looks like a secret.</summary>
    public static string Hide(string text)
    {
        if (text.Length < ShortestSecret)
            return text;
        text = OwnToken().Replace(text, $"$1{Hidden}");
        text = WebToken().Replace(text, $"eyJ{Hidden}");
        text = AddressWithPassword().Replace(text, $"$1{Hidden}$2");
        text = Authorization().Replace(text, $"$1{Hidden}");
        text = Assignment().Replace(text, $"$1{Hidden}");
        return Key().Replace(text, word => FreeForm.IsSecretWord(word.Value) ? Hidden : word.Value);
    }

    /// <summary>It may be one of our tokens, and nothing else.</summary>
    internal static bool IsLikeToken(string text) => text.Length > 40 && OwnToken().Match(text) is { Success: true, Index: 0 } token && token.Length == text.Length;

    // Logs have URLs with their escapes (%3D), and JSON with its own (\u0027): a secret in them is as good as one that stands there plainly.

    /// <summary>One of ours, whole or cut off; the eight characters by which it is listed are no secret.</summary>
    [GeneratedRegex("(agc_[A-Za-z0-9_-]{4})[A-Za-z0-9_-]+")]
    private static partial Regex OwnToken();

    [GeneratedRegex(@"eyJ[A-Za-z0-9_-]{12,}(\.[A-Za-z0-9_-]*){0,2}")]
    private static partial Regex WebToken();

    [GeneratedRegex(@"([A-Za-z][A-Za-z0-9+.-]{1,20}(?::|%3A)(?://|%2F%2F)[^/\s:@""']{0,200}?(?::|%3A))[^/\s@""']{1,200}?(@|%40)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AddressWithPassword();

    [GeneratedRegex(@"(?<=^|[^A-Za-z0-9]|\\u00[0-9A-Fa-f]{2}|%[0-9A-Fa-f]{2})((?:Bearer|Basic)(?:\s|%20|\+)+)(?=\S*\d)[A-Za-z0-9+/_.~=-]{12,}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Authorization();

    [GeneratedRegex(@"((?:password|passwd|pwd|passphrase|accountkey|sharedaccesskey|client_secret|access_token|api[_-]?key)(?:\s*=\s*|%3D))(?:(?!%3B|%26|%20)[^\s;&""'])+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();

    /// <summary>What begins like the keys of others, wherever a word can begin.</summary>
    [GeneratedRegex(@"(?<=^|[^A-Za-z0-9]|\\u00[0-9A-Fa-f]{2}|%[0-9A-Fa-f]{2})(?:sk-|sk_|rk_|whsec_|gh[posur]_|github_pat_|gl(?:pat|sa)[-_]|xox[abprs]-|xapp-|AKIA|ASIA|AIza|ya29\.|npm_|pypi-|hf_|gsk_|dop_v1_|shpat_|SG\.|AGE-SECRET-KEY-)[A-Za-z0-9_.+/=-]{8,}")]
    private static partial Regex Key();
}
