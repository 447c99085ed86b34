using AgentCraft.Data.Handovers;
using YamlDotNet.RepresentationModel;

namespace AgentCraft.Data.Agents;

/// <summary>
/// The files that say what agent types are: the project's own in <c>.agentcraft/configs/agents</c>, then those that ship. They are read at
/// each use; a type without a file is one too.
/// </summary>
/// <param name="root">The root.</param>
internal sealed class AgentTypes(string root)
{
    private const string Hint = "Correct that file; it is read again with every call. Agents of other types are not affected.";
    private const int LongestDescription = 2000;
    private const int MostCapabilities = 200;

    private static readonly string[] Keys = ["$schema", "version", "description", "schema", "capabilities", "handoverTemplate"];

    private readonly ConfigFolder[] _folders = [.. new[] { ".json", ".yaml", ".yml" }.Select(extension => new ConfigFolder(root, "agents", extension, Hint))];

    /// <summary>What the file of a type says; null when it has none.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_configuration</c> naming file and line</exception>
    public AgentType? Find(string type)
    {
        List<ConfigFile> own = [.. _folders.Select(folder => folder.FindOwn(type)).OfType<ConfigFile>()];
        if (own.Count > 1)
            throw own[1].Invalid(1, $"{own[0].Path} describes the same type. Keep one of them.");
        return (own.Count == 1 ? own[0] : _folders[0].Find(type)) is { } file ? Read(file) : null;
    }

    private static AgentType Read(ConfigFile file)
    {
        YamlFields fields = YamlFields.Of(file.IsJson ? JsonTree.Read(file) : YamlTree.Read(file), file, "the description of an agent type");
        fields.RefuseOthers(Keys);
        fields.Number("version", 1, 1);
        string? schema = Word(fields, file, "schema");
        if (file.Name == HandoverSettings.AgentType && schema is not (null or HandoverSettings.AgentType))
            throw file.Invalid(fields.LineOf("schema"), $"agents of the type {file.Name} keep hand-overs, so their schema is always {file.Name}.");
        return new()
        {
            Name = file.Name,
            File = file,
            Description = fields.Has("description") ? Within(fields.Text("description"), LongestDescription, file, fields.LineOf("description"), "description") : null,
            Schema = schema,
            SchemaLine = fields.LineOf("schema"),
            Capabilities = fields.Has("capabilities") ? Capabilities(fields, file) : [],
            HandoverTemplate = Word(fields, file, "handoverTemplate"),
            TemplateLine = fields.LineOf("handoverTemplate"),
        };
    }

    private static string? Word(YamlFields fields, ConfigFile file, string name) =>
        !fields.Has(name) ? null
        : fields.Text(name) is var word && ConfigFolder.IsName(word) ? word
        : throw file.Invalid(fields.LineOf(name), $"{name} must be a name: letters, digits, '.', '_' and '-', at most 64.");

    private static string[] Capabilities(YamlFields fields, ConfigFile file)
    {
        if (fields.Find("capabilities") is not YamlSequenceNode list)
            throw file.Invalid(fields.LineOf("capabilities"), "capabilities must be a list.");
        if (list.Children.Count > MostCapabilities)
            throw file.Invalid(fields.LineOf("capabilities"), $"an agent can have at most {MostCapabilities} capabilities, not {list.Children.Count}.");
        return [.. list.Children.Select(item => item is YamlScalarNode { Value: { } word } && !string.IsNullOrWhiteSpace(word)
            ? Within(word, NewAgent.LongestCapability, file, (int)item.Start.Line, "a capability")
            : throw file.Invalid((int)item.Start.Line, "a capability must be a word or a short phrase.")).Distinct()];
    }

    private static string Within(string text, int most, ConfigFile file, int line, string what) =>
        text.Length <= most && !text.Contains('\0') ? text : throw file.Invalid(line, $"{what} may have at most {most:N0} characters and no NUL.");
}
