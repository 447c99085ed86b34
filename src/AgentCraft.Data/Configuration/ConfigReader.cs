using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using AgentCraft.Data.Configuration.Migrations;
using AgentCraft.Data.Configuration.Parsing;
using AgentCraft.Data.Configuration.Schemas;
using Microsoft.Win32.SafeHandles;

namespace AgentCraft.Data.Configuration;

/// <summary>
/// Reads and checks files. What was read is kept with the file's time and size, so that an unchanged file is neither read nor parsed again;
/// a file that has only just changed is not kept, since a second change may fall on the same time.
/// </summary>
internal sealed class ConfigReader(string root)
{
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);
    private static readonly ConcurrentDictionary<string, ConfigDocument> Shipped = new();

    private readonly ConcurrentDictionary<string, (Stamp Stamp, ConfigDocument Document)> _kept = new();

    /// <summary>The file as it is now. Whatever is wrong with it is told in the document, never thrown.</summary>
    public ConfigDocument Read(ConfigEntry entry) => entry.Own ? ReadOwn(entry) : Shipped.GetOrAdd(entry.Path, _ => Parse(entry, ReadShipped(entry.Path)));

    /// <summary>Checks a text as if it were that file's.</summary>
    public static ConfigDocument Parse(ConfigEntry entry, string text)
    {
        int? version = null;
        try
        {
            ConfigNode node = ConfigText.Read(text, entry.IsJson);
            version = VersionOf(node, entry.Kind);
            if (version < entry.Kind.Version)
                node = ConfigText.Read(ConfigUpgrade.Of(entry.Kind, text, node, version.Value), entry.IsJson);
            return new(entry, node, version, Faults(entry, node));
        }
        catch (ConfigFault fault)
        {
            return new(entry, null, version, [fault]);
        }
    }

    private ConfigDocument ReadOwn(ConfigEntry entry)
    {
        if (entry.Fault is { } wrong)
            return new(entry, null, null, [new(Place.Start, wrong)]);
        try
        {
            using SafeFileHandle file = ProjectTextFile.Open(root, entry.Path);
            Stamp stamp = new(File.GetLastWriteTimeUtc(file), File.GetCreationTimeUtc(file), LengthOf(file));
            if (_kept.TryGetValue(entry.Path, out var kept) && kept.Stamp == stamp)
                return kept.Document;
            ConfigDocument document = Parse(entry, ProjectTextFile.Read(file));
            if (DateTime.UtcNow - stamp.Changed > Settled)
                _kept[entry.Path] = (stamp, document);
            return document;
        }
        catch (ConfigFault fault)
        {
            return new(entry, null, null, [fault]);
        }
    }

    /// <summary>Pipes and devices have no length.</summary>
    private static long LengthOf(SafeFileHandle file)
    {
        try
        {
            return RandomAccess.GetLength(file);
        }
        catch (Exception failure) when (failure is NotSupportedException or IOException)
        {
            return 0;
        }
    }

    private static string ReadShipped(string path)
    {
        using StreamReader reader = new(Assembly.GetExecutingAssembly().GetManifestResourceStream(path)!);
        return reader.ReadToEnd();
    }

    private static List<ConfigFault> Faults(ConfigEntry entry, ConfigNode node)
    {
        List<ConfigFault> faults = [.. ConfigSecrets.Faults(node)];
        // A message that says what stands somewhere must not say a key.
        HashSet<int> secretLines = [.. faults.Select(fault => fault.Place.Line)];
        faults.AddRange(SchemaCheck.Faults(node, ConfigSchema.Of(entry.Kind.Name)).Where(fault => !secretLines.Contains(fault.Place.Line)));
        if (node.Find("name") is { Kind: NodeKind.Text } name && name.Text != entry.Name && name.Text != entry.Name.Split('/')[^1] && !secretLines.Contains(name.Place.Line))
            faults.Add(new(name.Place, $"name is {name.Found}; expected '{entry.Name}', the name of the file. Rename the file, or leave name out."));
        return [.. faults.OrderBy(fault => fault.Place.Line).ThenBy(fault => fault.Place.Column)];
    }

    /// <summary>1, "1", 1.0 and "1.0" are one version. Null for what the schema has a better word for.</summary>
    private static int? VersionOf(ConfigNode node, ConfigKind kind)
    {
        if (node.Find("version") is not { Kind: NodeKind.Number or NodeKind.Text } version
            || !decimal.TryParse(version.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number) || number != Math.Floor(number) || number is < 1 or > 1000)
            return null;
        return number <= kind.Version ? (int)number : throw new ConfigFault(version.Place,
            $"version is {version.Found}, which is newer than this program; expected {(kind.Version == 1 ? "1" : $"1 to {kind.Version}")}. Update agentcraft.");
    }

    private sealed record Stamp(DateTime Changed, DateTime Made, long Length);
}
