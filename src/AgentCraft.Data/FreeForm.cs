using System.Text.Json;

namespace AgentCraft.Data;

/// <summary>Checks of free-form JSON that clients send as config, settings, metadata or context.</summary>
public static class FreeForm
{
    private const int LargestBytes = 256 * 1024;

    private static readonly string[] SecretPrefixes =
        ["sk-", "sk_live_", "rk_live_", "ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "xapp-", "AKIA", "ASIA", "AIza", "npm_", "pypi-", "hf_"];

    private static readonly char[] WordEnds = [' ', '\t', '\r', '\n', '"', '\'', '`', '=', ':', ',', ';', '/', '@', '&', '?', '(', ')', '[', ']', '{', '}', '<', '>'];

    private static readonly string[] SecretNames =
        ["password", "passwd", "secret", "apikey", "accesskey", "privatekey", "accesstoken", "authtoken", "refreshtoken", "clientsecret", "bearertoken", "token"];

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

    private static void CheckObject(JsonElement json, string path)
    {
        foreach (JsonProperty property in json.EnumerateObject())
        {
            Text.Storable(property.Name, path);
            if (property.Value.ValueKind == JsonValueKind.String && IsSecretName(property.Name) && !IsReference(property.Value.GetString()!))
                throw Refuse($"{path}.{property.Name}");
            CheckValue(property.Value, $"{path}.{property.Name}");
        }
    }

    private static void CheckValue(JsonElement value, string path)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                CheckObject(value, path);
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in value.EnumerateArray())
                    CheckValue(item, path);
                break;
            case JsonValueKind.String:
                string text = Text.Storable(value.GetString(), path)!;
                if (LooksLikeSecret(text))
                    throw Refuse(path);
                break;
        }
    }

    private static bool IsSecretName(string name)
    {
        string plain = name.Replace("_", "").Replace("-", "").ToLowerInvariant();
        return SecretNames.Any(plain.EndsWith);
    }

    /// <summary>Empty, or the name of an environment variable: <c>$NAME</c>, <c>${NAME}</c>, <c>env:NAME</c>, <c>NAME_IN_CAPITALS</c>.</summary>
    private static bool IsReference(string text) =>
        text.Length == 0 || text[0] == '$' || text.StartsWith("env:", StringComparison.OrdinalIgnoreCase)
        || (text.Contains('_') && text.All(c => char.IsAsciiLetterUpper(c) || c == '_'));

    private static bool LooksLikeSecret(string text) =>
        text.Contains("-----BEGIN ", StringComparison.Ordinal) && text.Contains("PRIVATE KEY-----", StringComparison.Ordinal)
        || text.Split(WordEnds).Any(IsSecretWord);

    /// <summary>A known beginning and length, with a digit among it, which words such as <c>npm_lifecycle_event</c> lack; or a JSON Web Token.</summary>
    private static bool IsSecretWord(string word) =>
        (word.Length >= 16 && word.Any(char.IsAsciiDigit) && SecretPrefixes.Any(prefix => word.StartsWith(prefix, StringComparison.Ordinal)))
        || (word.Length > 40 && word.StartsWith("eyJ", StringComparison.Ordinal) && word.Count(c => c == '.') == 2);

    private static AgentCraftException Refuse(string path) =>
        new(ErrorCodes.SecretRefused, $"{path} looks like a key or token, which is never stored.",
            "Put it into an environment variable and store the variable's name, for example \"${API_KEY}\".");
}
