using System.Globalization;
using System.Text.Json.Nodes;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Handovers;
using AgentCraft.Testing;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AgentCraft.Data.Tests.Configuration;

/// <summary>The JSON Schemas of rules and of agent types say of a file what the program says of it.</summary>
public sealed class HandoverConfigurationSchemaTests : IDisposable
{
    private const string Rule = "version: 1\nrules:\n  - name: a\n    type: ";

    private readonly TemporaryProject _project = new();

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("handover-rules")]
    [InlineData("agent-type")]
    public void Each_schema_is_of_the_draft_and_says_what_it_is_for(string name)
    {
        JsonNode schema = Load(name);
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", (string)schema["$schema"]!);
        Assert.Equal($"urn:agentcraft:config:{name}:1", (string)schema["$id"]!);
        Assert.False((bool)schema["additionalProperties"]!);
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("quick")]
    [InlineData("incident")]
    public void The_rules_that_ship_satisfy_both(string name) => Agree(File.ReadAllText(Path.Combine(Configs, "handover", "rules", name + ".yaml")), isRight: true);

    [Theory]
    [InlineData("mandatory_section\n    section: 🎯 Goal")]
    [InlineData("mandatory_section\n    section: Goal\n    severity: warning")]
    [InlineData("quality_check\n    check: not_empty")]
    [InlineData("quality_check\n    check: not_empty\n    section: Goal")]
    [InlineData("quality_check\n    check: has_list\n    severity: error")]
    [InlineData("quality_check\n    check: has_task_box")]
    [InlineData("quality_check\n    check: minimum_words\n    words: 1")]
    [InlineData("quality_check\n    check: minimum_words\n    words: \"100000\"\n    section: Goal")]
    [InlineData("quality_check\n    check: front_matter_key\n    key: title")]
    [InlineData("quality_check\n    check: front_matter_valid\n    severity: warning")]
    [InlineData("validation_rule\n    check: no_placeholders_left")]
    [InlineData("validation_rule\n    check: cited_files_exist")]
    [InlineData("validation_rule\n    check: cited_files_unchanged")]
    [InlineData("validation_rule\n    check: cited_commits_exist")]
    public void Rules_of_each_kind_satisfy_both(string rule) => Agree(Rule + rule + "\n", isRight: true);

    [Theory]
    [InlineData("mandatory_section")]
    [InlineData("mandatory_section\n    section: \"\"")]
    [InlineData("mandatory_section\n    section: \" \"")]
    [InlineData("mandatory_section\n    section: \"a\\nb\"")]
    [InlineData("mandatory_section\n    section: [Goal]")]
    [InlineData("mandatory_section\n    section: Goal\n    check: not_empty")]
    [InlineData("mandatory_section\n    sektion: Goal")]
    [InlineData("mandatory_section\n    section: Goal\n    severity: info")]
    [InlineData("mandatory_section\n    section: Goal\n    severity: Error")]
    [InlineData("mandatory_section\n    section: Goal\n    severity:")]
    [InlineData("mandatory")]
    [InlineData("")]
    [InlineData("quality_check")]
    [InlineData("quality_check\n    check: cited_files_exist")]
    [InlineData("quality_check\n    check: has_lists")]
    [InlineData("quality_check\n    check: has_list\n    words: 3")]
    [InlineData("quality_check\n    check: minimum_words")]
    [InlineData("quality_check\n    check: minimum_words\n    words: 0")]
    [InlineData("quality_check\n    check: minimum_words\n    words: -1")]
    [InlineData("quality_check\n    check: minimum_words\n    words: 1.5")]
    [InlineData("quality_check\n    check: minimum_words\n    words: many")]
    [InlineData("quality_check\n    check: minimum_words\n    words: 100001")]
    [InlineData("quality_check\n    check: front_matter_key")]
    [InlineData("quality_check\n    check: front_matter_key\n    key: \" \"")]
    [InlineData("quality_check\n    check: front_matter_key\n    key: title\n    section: Goal")]
    [InlineData("quality_check\n    check: front_matter_valid\n    section: Goal")]
    [InlineData("validation_rule\n    check: not_empty")]
    [InlineData("validation_rule\n    check: no_placeholders_left\n    section: Goal")]
    [InlineData("validation_rule")]
    public void Wrong_rules_satisfy_neither(string rule) => Agree(Rule + rule + "\n", isRight: false);

    [Theory]
    [InlineData("rules: []\nversion: 1\n")]
    [InlineData("version: 1\n")]
    [InlineData("version: 2\nrules:\n  - {name: a, type: validation_rule, check: cited_files_exist}\n")]
    [InlineData("version: one\nrules:\n  - {name: a, type: validation_rule, check: cited_files_exist}\n")]
    [InlineData("rules:\n  - {name: a, type: validation_rule, check: cited_files_exist}\n")]
    [InlineData("version: 1\nrules: {name: a, type: validation_rule, check: cited_files_exist}\n")]
    [InlineData("version: 1\nrules:\n  - a rule\n")]
    [InlineData("version: 1\nrules:\n  - {type: validation_rule, check: cited_files_exist}\n")]
    [InlineData("version: 1\nrules:\n  - {name: A B, type: validation_rule, check: cited_files_exist}\n")]
    [InlineData("version: 1\nextends: standard\nrules:\n  - {name: a, type: validation_rule, check: cited_files_exist}\n")]
    [InlineData("- {name: a, type: validation_rule, check: cited_files_exist}\n")]
    [InlineData("just text\n")]
    public void Wrong_files_of_rules_satisfy_neither(string file) => Agree(file, isRight: false);

    [Fact]
    public void Both_know_the_same_checks_and_the_same_bounds()
    {
        JsonNode definitions = Load("handover-rules")["$defs"]!;
        string[] checks = [.. definitions.AsObject().Select(one => one.Value!["properties"]?["check"]).OfType<JsonNode>().SelectMany(check => check["enum"]?.AsArray().Select(one => (string)one!) ?? [(string)check["const"]!])];
        Assert.Equal([.. RuleFile.QualityChecks.Concat(RuleFile.ValidationChecks).Order()], checks.Order());
        string longest = string.Join('\n', Enumerable.Range(0, 200).Select(i => $"  - {{name: r{i}, type: validation_rule, check: cited_files_exist}}"));
        Agree($"version: 1\ndescription: many\nrules:\n{longest}\n", isRight: true);
        Agree($"version: 1\nrules:\n{longest}\n  - {{name: one-more, type: validation_rule, check: cited_files_exist}}\n", isRight: false);
        Agree($"{Rule}mandatory_section\n    section: {new string('x', 501)}\n", isRight: false);
        Agree($"version: 1\nrules:\n  - {{name: {new string('x', 101)}, type: validation_rule, check: cited_files_exist}}\n", isRight: false);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("code-reviewer")]
    [InlineData("doc-checker")]
    [InlineData("session-handover")]
    public void The_types_that_ship_satisfy_both(string name) => AgreeOnType(File.ReadAllText(Path.Combine(Configs, "agents", name + ".json")), isRight: true);

    [Theory]
    [InlineData("""{"version": 1}""", true)]
    [InlineData("""{"version": "1", "$schema": "x", "description": null, "schema": null, "capabilities": null, "handoverTemplate": null}""", true)]
    [InlineData("""{"version": 1, "capabilities": []}""", true)]
    [InlineData("""{"version": 1, "capabilities": ["a", "b c"], "schema": "code-reviewer", "handoverTemplate": "quick"}""", true)]
    [InlineData("{}", false)]
    [InlineData("[]", false)]
    [InlineData("""{"version": 2}""", false)]
    [InlineData("""{"version": 1, "description": ""}""", false)]
    [InlineData("""{"version": 1, "description": " "}""", false)]
    [InlineData("""{"version": 1, "description": []}""", false)]
    [InlineData("""{"version": 1, "schema": "a/b"}""", false)]
    [InlineData("""{"version": 1, "schema": "-a"}""", false)]
    [InlineData("""{"version": 1, "schema": ["a"]}""", false)]
    [InlineData("""{"version": 1, "capabilities": "a"}""", false)]
    [InlineData("""{"version": 1, "capabilities": [""]}""", false)]
    [InlineData("""{"version": 1, "capabilities": [{}]}""", false)]
    [InlineData("""{"version": 1, "handoverTemplate": "a b"}""", false)]
    [InlineData("""{"version": 1, "instruction": "x"}""", false)]
    public void Both_say_the_same_of_an_agent_type(string file, bool isRight) => AgreeOnType(file, isRight);

    private static string Configs => Path.Combine(ServerExecutable.RepositoryRoot, "configs");

    private static void Agree(string rules, bool isRight)
    {
        ConfigFile file = new("standard", "rules/standard.yaml", rules, Modified: null);
        Exception? refused = Record.Exception(() => RuleFile.Read(file, HandoverTemplate.Embedded("standard")));
        Assert.True(isRight == (refused is null), refused?.Message ?? "The program takes it.");
        if (refused is not null)
            Assert.StartsWith("rules/standard.yaml, line ", Assert.IsType<AgentCraftException>(refused).Message, StringComparison.Ordinal);
        YamlStream stream = [];
        stream.Load(new StringReader(rules));
        Assert.Equal(isRight, new SmallJsonSchema(Load("handover-rules")).Accepts(Json(stream.Documents[0].RootNode)));
    }

    private void AgreeOnType(string text, bool isRight)
    {
        string file = _project.PathOf(".agentcraft", "configs", "agents", "x.json");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        Exception? refused = Record.Exception(() => new AgentTypes(_project.Root).Find("x"));
        Assert.True(isRight == (refused is null), refused?.Message ?? "The program takes it.");
        Assert.Equal(isRight, new SmallJsonSchema(Load("agent-type")).Accepts(JsonNode.Parse(text)));
    }

    private static JsonNode Load(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(ServerExecutable.RepositoryRoot, "schemas", "config", name + ".schema.json")))!;

    /// <summary>YAML as the JSON that an editor's checker sees.</summary>
    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, Json(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(Json)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "null" or "~" } => null,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } text } when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) => number,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } text } when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
        YamlScalarNode { Value: var text } => text,
        _ => throw new NotSupportedException(),
    };
}
