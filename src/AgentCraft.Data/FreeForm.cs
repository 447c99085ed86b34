using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentCraft.Data;

/// <summary>Checks of free-form JSON that clients send as config, settings, metadata or context.</summary>
public static partial class FreeForm
{
    private const int LargestBytes = 256 * 1024;

    private static readonly string[] SecretPrefixes =
    [
        "sk-", "sk_live_", "sk_test_", "rk_live_", "whsec_", "ghp_", "gho_", "ghs_", "ghu_", "ghr_", "github_pat_", "glpat-", "glsa_", "xoxa-", "xoxb-", "xoxp-", "xoxr-", "xoxs-", "xapp-",
        "AKIA", "ASIA", "AIza", "ya29.", "npm_", "pypi-", "hf_", "gsk_", "dop_v1_", "shpat_", "SG.", "AGE-SECRET-KEY-", "agc_",
    ];

    private static readonly char[] WordEnds = [' ', '\t', '\r', '\n', '"', '\'', '`', '=', ':', ',', ';', '/', '@', '&', '?', '(', ')', '[', ']', '{', '}', '<', '>'];

    private static readonly string[] SecretNames =
    [
        "password", "passwd", "passphrase", "pwd", "secret", "apikey", "accesskey", "secretkey", "privatekey", "signingkey", "encryptionkey", "accesstoken", "authtoken", "refreshtoken",
        "clientsecret", "bearertoken", "token", "credential", "credentials",
    ];

    /// <summary>A number under these names is no count.</summary>
    private static readonly string[] NamesOfPasswords = ["password", "passwd", "passphrase", "pwd", "secret", "apikey"];

    /// <summary>An object, storable, of bounded size, without anything that looks like a key or token.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c>, <c>invalid_text</c>, <c>payload_too_large</c>, <c>secret_refused</c></exception>
    public static void Check(JsonElement? value, string what)
    {
        if (value is not { } json)
            return;
        if (json.ValueKind != JsonValueKind.Object)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"{what} must be a JSON object.", "Pass an object such as {\"model\": \"opus\"}.");
        Text.Within(json.GetRawText(), what, LargestBytes, "Keep large data in a file and name its path here.");
        try
        {
            CheckObject(json, what);
        }
        catch (InvalidOperationException)
        {
            // JSON can spell half of a surrogate pair, which no string can hold.
            throw new AgentCraftException(ErrorCodes.InvalidText, $"{what} contains half of a surrogate pair.", "Send the text as valid UTF-8.");
        }
    }

    /// <summary>The same of a list, too.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_text</c>, <c>payload_too_large</c>, <c>secret_refused</c></exception>
    internal static void CheckAny(JsonElement json, string what)
    {
        if (json.ValueKind == JsonValueKind.Object)
        {
            Check(json, what);
            return;
        }
        Text.Within(json.GetRawText(), what, LargestBytes, "Keep large data in a file and name its path here.");
        CheckValue(json, what);
    }

    /// <summary>Refuses text that has a key or token in it.</summary>
    /// <exception cref="AgentCraftException"><c>secret_refused</c></exception>
    internal static void RefuseSecret(string? text, string what)
    {
        if (text is not null && LooksLikeSecret(text))
            throw Refuse(what);
    }

    private static void CheckObject(JsonElement json, string path)
    {
        foreach (JsonProperty property in json.EnumerateObject())
        {
            Text.Storable(property.Name, path);
            if (LooksLikeSecret(property.Name))
                throw Refuse($"A key in {path}");
            CheckValue(property.Value, $"{path}.{property.Name}", property.Name);
        }
    }

    /// <param name="value">Anything.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="name">The key that it or its list stands under.</param>
    private static void CheckValue(JsonElement value, string path, string name = "")
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                CheckObject(value, path);
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in value.EnumerateArray())
                    CheckValue(item, path, name);
                break;
            case JsonValueKind.String:
                string text = Text.Storable(value.GetString(), path)!;
                if (IsSecret(name, text))
                    throw Refuse(path);
                break;
            case JsonValueKind.Number when IsNamed(name, NamesOfPasswords):
                throw Refuse(path);
        }
    }

    /// <summary>True for a text that must not be kept, under that name or under any.</summary>
    internal static bool IsSecret(string name, string text) => (IsNamed(name, SecretNames) && !IsReference(text)) || LooksLikeSecret(text);

    private static bool IsNamed(string name, string[] names)
    {
        string plain = name.Replace("_", "").Replace("-", "").ToLowerInvariant();
        return names.Any(plain.EndsWith);
    }

    /// <summary>Empty, or the name of an environment variable: <c>$NAME</c>, <c>${NAME}</c>, <c>Bearer ${NAME}</c>, <c>env:NAME</c>, <c>NAME_IN_CAPITALS</c>.</summary>
    private static bool IsReference(string text) => text.Length == 0 || Reference().IsMatch(text);

    private static bool LooksLikeSecret(string text) =>
        text.Contains("-----BEGIN ", StringComparison.Ordinal) && text.Contains("PRIVATE KEY-----", StringComparison.Ordinal)
        || text.Split(WordEnds).Any(IsSecretWord)
        || (text.Contains("://", StringComparison.Ordinal) && AddressWithPassword().IsMatch(text))
        || Authorization().IsMatch(text)
        || (text.Contains('=') && Assignment().IsMatch(text));

    /// <summary>A known beginning and length, with a digit among it, which words such as <c>npm_lifecycle_event</c> lack; or a JSON Web Token.</summary>
    internal static bool IsSecretWord(string word) =>
        (word.Length >= 16 && word.Any(char.IsAsciiDigit) && SecretPrefixes.Any(prefix => word.TrimStart('-').StartsWith(prefix, StringComparison.Ordinal)))
        || (word.Length > 40 && word.StartsWith("eyJ", StringComparison.Ordinal) && word.Count(c => c == '.') == 2);

    [GeneratedRegex(@"\A(\$[A-Z_][A-Z0-9_]*|([A-Za-z]+ )?\$\{[A-Za-z_][A-Za-z0-9_]*\}|env:[A-Za-z_][A-Za-z0-9_]*|(?=.*_)[A-Z][A-Z_]*)\z")]
    private static partial Regex Reference();

    /// <summary><c>postgres://user:password@host</c>.</summary>
    [GeneratedRegex(@"[A-Za-z][A-Za-z0-9+.-]{1,20}://[^/\s:@""']{1,200}:(?![$<*{])[^/\s@""']{1,200}@")]
    private static partial Regex AddressWithPassword();

    /// <summary>What an <c>Authorization</c> header holds.</summary>
    [GeneratedRegex(@"\b(Bearer|Basic)\s+(?=\S*\d)[A-Za-z0-9+/_.~=-]{12,}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Authorization();

    /// <summary><c>Server=…;Password=…</c>.</summary>
    [GeneratedRegex(@"\b(password|passwd|pwd|accountkey|sharedaccesskey|client_secret|api[_-]?key)=(?![$<*{…])[^\s;&""']{6,}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();

    private static AgentCraftException Refuse(string path) =>
        new(ErrorCodes.SecretRefused, $"{path} looks like a key or token, which is never stored.",
            "Put it into an environment variable and store the variable's name, for example \"${API_KEY}\".");
}
