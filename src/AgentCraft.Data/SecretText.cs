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
        text = AddressWithPassword().Replace(text, $"$1{Hidden}@");
        text = Authorization().Replace(text, $"$1 {Hidden}");
        text = Assignment().Replace(text, $"$1{Hidden}");
        return Word().Replace(text, word => FreeForm.IsSecretWord(word.Value) ? Hidden : word.Value);
    }

    /// <summary>One of ours, whole or cut off; the eight characters by which it is listed are no secret.</summary>
    [GeneratedRegex("(agc_[A-Za-z0-9_-]{4})[A-Za-z0-9_-]+")]
    private static partial Regex OwnToken();

    [GeneratedRegex(@"eyJ[A-Za-z0-9_-]{12,}(\.[A-Za-z0-9_-]*){0,2}")]
    private static partial Regex WebToken();

    [GeneratedRegex(@"([A-Za-z][A-Za-z0-9+.-]{1,20}://[^/\s:@""']{0,200}:)[^/\s@""']{1,200}@")]
    private static partial Regex AddressWithPassword();

    [GeneratedRegex(@"\b(Bearer|Basic)\s+(?=\S*\d)[A-Za-z0-9+/_.~=-]{12,}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Authorization();

    [GeneratedRegex(@"\b((?:password|passwd|pwd|passphrase|accountkey|sharedaccesskey|client_secret|access_token|api[_-]?key)\s*=\s*)[^\s;&""']+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"[^\s""'`=:,;/@&?()\[\]{}<>]{16,}")]
    private static partial Regex Word();
}
