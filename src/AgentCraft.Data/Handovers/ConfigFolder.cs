using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using AgentCraft.Data.Paths;
using Microsoft.Win32.SafeHandles;

namespace AgentCraft.Data.Handovers;

/// <summary>
/// Files of one kind, found by name: the project's own in <c>.agentcraft/configs/…</c>, then those that ship. They are read at each use, so
/// a change counts at once.
/// </summary>
/// <param name="root">The project.</param>
/// <param name="folder">Where they lie in configs/: <c>handover/templates</c>.</param>
/// <param name="extension">How their names end: <c>.md</c>.</param>
/// <param name="hint">What to do about a file that cannot be used; null for what helps with templates and their rules.</param>
internal sealed partial class ConfigFolder(string root, string folder, string extension, string? hint = null)
{
    private const int LargestBytes = 1024 * 1024;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Where the project's own lie, relative to the root.</summary>
    public string OwnFolder => $".agentcraft/configs/{folder}";

    /// <summary>The names of all, sorted.</summary>
    public IReadOnlyList<string> Names => [.. OwnNames.Union(ShippedNames).Order(StringComparer.Ordinal)];

    private IEnumerable<string> ShippedNames => Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(ShippedPath(""), StringComparison.Ordinal) && name.EndsWith(extension, StringComparison.Ordinal))
        .Select(name => name[ShippedPath("").Length..^extension.Length]);

    private IEnumerable<string> OwnNames => Path.Combine(root, OwnFolder) is var own && Directory.Exists(own)
        ? Directory.EnumerateFiles(own, "*" + extension).Select(file => Path.GetFileName(file)[..^extension.Length]).Where(name => Name().IsMatch(name))
        : [];

    private static Assembly Assembly => typeof(ConfigFolder).Assembly;

    /// <summary>The file of that name, the project's before ours; null when there is none.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c> for one that cannot be read as text.</exception>
    public ConfigFile? Find(string name) => FindOwn(name) ?? FindShipped(name);

    /// <summary>The project's own file of that name; null when it has none.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c></exception>
    public ConfigFile? FindOwn(string name) =>
        Name().IsMatch(name) && File.Exists(Path.Combine(root, OwnFolder, name + extension)) ? ReadOwn(name) : null;

    /// <summary>True for what can be the name of a file, without its ending.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    private ConfigFile? FindShipped(string name)
    {
        if (!Name().IsMatch(name))
            return null;
        using Stream? resource = Assembly.GetManifestResourceStream(ShippedPath(name + extension));
        if (resource is null)
            return null;
        using StreamReader reader = new(resource);
        return new(name, ShippedPath(name + extension), reader.ReadToEnd(), Modified: null) { Hint = hint };
    }

    private ConfigFile ReadOwn(string name)
    {
        string shown = $"{OwnFolder}/{name}{extension}";
        try
        {
            using SafeFileHandle file = new ProjectTree(root).OpenFile(ProjectPath.Parse(shown), Links.Inside) ?? throw new FileNotFoundException("it is gone.");
            byte[] content = file.ReadAll(LargestBytes);
            if (content.Length > LargestBytes)
                throw Invalid(shown, 1, $"it has {RandomAccess.GetLength(file):N0} bytes; the limit is {LargestBytes:N0}.");
            return new(name, shown, Decode(content, shown), File.GetLastWriteTimeUtc(file)) { Hint = hint };
        }
        catch (AgentCraftException refused) when (refused.Code is ErrorCodes.NotAllowed or ErrorCodes.InvalidArgument)
        {
            throw Invalid(shown, 1, refused.Code == ErrorCodes.NotAllowed ? "it is a link that leads out of the project." : refused.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Invalid(shown, 1, $"it cannot be read: {failure.Message}");
        }
    }

    private string Decode(byte[] bytes, string shown)
    {
        string text;
        try
        {
            text = Strict.GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException broken)
        {
            throw Invalid(shown, 1 + bytes.AsSpan(0, Math.Max(broken.Index, 0)).Count((byte)'\n'), "it is not UTF-8 text.");
        }
        int nul = text.IndexOf('\0');
        return nul < 0 ? text : throw Invalid(shown, 1 + text.AsSpan(0, nul).Count('\n'), "it contains a NUL character.");
    }

    private AgentCraftException Invalid(string shown, int line, string fault) => ConfigFile.InvalidAt(shown, line, fault, hint);

    private string ShippedPath(string file) => $"configs/{folder}/{file}";

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex Name();
}
