using System.Globalization;
using System.Text.RegularExpressions;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Configuration.Parsing;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.Storage.Schemas;

namespace AgentCraft.Data.Configuration;

/// <summary>Looks at every configuration file of a project, and says all that is wrong at once.</summary>
public sealed partial class ConfigCheck
{
    private const string Folder = ".agentcraft/configs";
    private static readonly string[] OtherFolders = ["agents", "handover"];

    private readonly string _root;
    private readonly List<ConfigFinding> _findings = [];
    private int _files;

    private ConfigCheck(string root) => _root = Path.GetFullPath(root);

    /// <summary>Everything; nothing is changed and nothing thrown for what is wrong in a file.</summary>
    /// <param name="root">The project.</param>
    public static CheckedConfig Run(string root)
    {
        ConfigCheck check = new(root);
        check.CheckSettings();
        check.CheckFolders();
        check.CheckLibrary();
        check.CheckAgentTypes();
        check.CheckHandovers();
        return new(check._files, [.. check._findings.DistinctBy(finding => finding.ToString())
            .OrderBy(finding => finding.Path, StringComparer.Ordinal).ThenBy(finding => finding.Line ?? 0).ThenBy(finding => finding.Column ?? 0)]);
    }

    private void CheckSettings()
    {
        _files += File.Exists(SettingsFile.PathOf(_root)) ? 1 : 0;
        _findings.AddRange(SettingsPlaces.Faults(_root));
    }

    /// <summary>A folder that nobody reads is a mistyped one.</summary>
    private void CheckFolders()
    {
        string[] known = [.. ConfigKind.All.Select(kind => kind.Folder), .. OtherFolders];
        foreach (FileSystemInfo entry in EntriesOf(Folder))
            if (entry.Name[0] != '.' && !(entry is DirectoryInfo && known.Contains(entry.Name)) && (entry is DirectoryInfo || entry.Extension is ".yaml" or ".yml" or ".json"))
                Add($"{Folder}/{entry.Name}", entry is DirectoryInfo
                    ? $"nothing is read from this folder. {Text.DidYouMean(entry.Name, known)}There are: {string.Join(", ", known)}."
                    : $"a file counts in the folder of its kind only. Move it into one of {string.Join(", ", known)}.");
    }

    private void CheckLibrary()
    {
        ConfigLibrary library = new(_root);
        foreach (ConfigShelf shelf in library.Shelves)
            Guard(shelf.Format.OwnFolder, () =>
            {
                foreach (ConfigDocument document in shelf.LoadOwn())
                    CheckDocument(document, library);
            });
    }

    private void CheckDocument(ConfigDocument document, ConfigLibrary library)
    {
        _files++;
        foreach (ConfigFault fault in document.Faults.Concat(library.References.Faults(document)))
            Add(document.Entry.Path, fault.Message, fault.Place);
        if (document.Faults.Count == 0 && document.Version < document.Entry.Kind.Version)
            Add(document.Entry.Path, $"it is written in version {document.Version} of its format; today's is {document.Entry.Kind.Version}. It is read all the same; agentcraft config migrate brings it forward.", isError: false);
    }

    private void CheckAgentTypes()
    {
        AgentTypes types = new(_root);
        AgentSchemas schemas = new(_root, "sqlite");
        HandoverLibrary templates = new(_root);
        foreach (FileSystemInfo file in EntriesOf($"{Folder}/agents").Where(file => file.Name[0] != '.' && file.Extension is ".json" or ".yaml" or ".yml"))
        {
            _files++;
            (string path, string type) = ($"{Folder}/agents/{file.Name}", Path.GetFileNameWithoutExtension(file.Name));
            if (!NewAgent.IsTypeName(type))
                Add(path, $"a type is lower-case words joined by '-'. Rename the file to {ConfigName.Mended(type)}{file.Extension}.");
            else
                Guard(path, () => CheckAgentType(types.Find(type), schemas, templates));
        }
    }

    private static void CheckAgentType(AgentType? type, AgentSchemas schemas, HandoverLibrary templates)
    {
        if (type?.Schema is { } schema && schemas.Find(schema) is null)
            throw type.File.Invalid(type.SchemaLine, $"there is no schema '{Text.Shown(schema, 40)}': neither does one of that name ship, nor is there .agentcraft/schemas/agents/{Text.Shown(schema, 40)}/0001-….sql.");
        if (type?.HandoverTemplate is { } template && !templates.Names.Contains(template))
            throw type.File.Invalid(type.TemplateLine, $"there is no hand-over template '{Text.Shown(template, 40)}'. {Text.DidYouMean(template, templates.Names)}");
    }

    private void CheckHandovers()
    {
        HandoverLibrary library = new(_root);
        foreach (TemplateSummary template in library.List())
        {
            _files += (template.Own ? 1 : 0) + (template.RulesPath?.StartsWith(Folder, StringComparison.Ordinal) == true ? 1 : 0);
            if (template.Error is { } error)
                AddTold(template.Path, error);
        }
        foreach (FileSystemInfo rules in EntriesOf($"{Folder}/handover/rules").Where(entry => entry.Extension == ".yaml"))
            if (!library.Names.Contains(Path.GetFileNameWithoutExtension(rules.Name)))
                Add($"{Folder}/handover/rules/{rules.Name}", $"there is no hand-over template of that name, so that these rules are never used. {Text.DidYouMean(Path.GetFileNameWithoutExtension(rules.Name), library.Names)}", isError: false);
    }

    private IEnumerable<FileSystemInfo> EntriesOf(string folder)
    {
        DirectoryInfo directory = new(Path.Combine(_root, folder));
        FileSystemInfo[] entries = [];
        Guard(folder, () => entries = directory.Exists ? directory.GetFileSystemInfos() : []);
        return entries;
    }

    /// <summary>What cannot be read is a finding, and the others are looked at.</summary>
    private void Guard(string path, Action look)
    {
        try
        {
            look();
        }
        catch (AgentCraftException told)
        {
            AddTold(path, told.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Add(path, $"it cannot be read: {failure.Message}");
        }
    }

    private void Add(string path, string message, Place? place = null, bool isError = true) =>
        _findings.Add(new() { Path = path, Line = place?.Line, Column = place?.Column, Message = message.TrimEnd(), IsError = isError });

    /// <summary>A message that says file and line itself.</summary>
    private void AddTold(string path, string message)
    {
        Match told = Told().Match(message);
        _findings.Add(told.Success
            ? new() { Path = told.Groups[1].Value, Line = int.Parse(told.Groups[2].Value, CultureInfo.InvariantCulture), Message = told.Groups[3].Value }
            : new() { Path = path, Message = message });
    }

    [GeneratedRegex(@"\A(.+?), line (\d+): (.*)\z", RegexOptions.Singleline)]
    private static partial Regex Told();
}
