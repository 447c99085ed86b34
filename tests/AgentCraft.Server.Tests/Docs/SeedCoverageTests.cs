using System.Reflection;
using System.Text.RegularExpressions;
using AgentCraft.Data;
using AgentCraft.Server.Tests.Tools;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Docs;

/// <summary>docs/seed-coverage.md names only what there is, and leaves open only what a later issue brings.</summary>
public sealed class SeedCoverageTests
{
    private const int LastCompleteIssue = 13;
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly string[] Sections = ["agents-orchestrator", "Constellation", "The System", "AgentCraft", "Actant"];
    private static readonly HashSet<string> Tools = [.. CatalogTests.NamesOf(_ => true)];
    private static readonly ILookup<string, Type> DataTypes = typeof(Stores).Assembly.GetTypes().ToLookup(type => type.Name);
    private static readonly ILookup<string, Type> TestTypes = typeof(SeedCoverageTests).Assembly.GetTypes().ToLookup(type => type.Name);
    private static readonly Lazy<string[]> DataTestFiles = new(() =>
        [.. Directory.EnumerateFiles(Path.Combine(ServerExecutable.RepositoryRoot, "tests", "AgentCraft.Data.Tests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)]);

    [Fact]
    public void Every_row_of_the_page_names_what_there_is()
    {
        string page = File.ReadAllText(Path.Combine(ServerExecutable.RepositoryRoot, "docs", "seed-coverage.md"));

        List<string> faults = Faults(page);
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public void The_README_leads_to_it() =>
        Assert.Contains("(docs/seed-coverage.md)", File.ReadAllText(Path.Combine(ServerExecutable.RepositoryRoot, "README.md")));

    [Theory]
    [InlineData("", "has no rows")]
    [InlineData("| x | `log_massage` | `MessageStore.Append` | `StartTests.Anything_else_is_the_parser_s` |", "no tool 'log_massage'")]
    [InlineData("| x | setting `agents.dead` | `MessageStore.Append` | `StartTests.Anything_else_is_the_parser_s` |", "no setting 'agents.dead'")]
    [InlineData("| x | `log_message` | `MessageStore.Forget` | `StartTests.Anything_else_is_the_parser_s` |", "no method 'MessageStore.Forget'")]
    [InlineData("| x | `log_message` | `MessageStore.Append` | `StartTests.Nothing_is_shown` |", "no test 'StartTests.Nothing_is_shown'")]
    [InlineData("| x | `log_message` | `MessageStore.Append` | `StartTests.ToString` |", "no test 'StartTests.ToString'")]
    [InlineData("| x | `log_message` | `MessageStore.Append` | `CursorTests.Nothing_is_shown` |", "no test 'CursorTests.Nothing_is_shown'")]
    [InlineData("| x | `log_message` | | `CursorTests.What_was_written_is_read` |", "names no method")]
    [InlineData("| x | `log_message` | `MessageStore.Append` | by hand |", "names no test")]
    [InlineData("| x | | `MessageStore.Append` | `CursorTests.What_was_written_is_read` |", "an empty cell")]
    [InlineData("| x | issue 6 | | |", "issue 6 is over")]
    [InlineData("| x | issue 7 | `MessageStore.Append` | |", "issue 7 and yet")]
    [InlineData("| x | left out | — | — |", "without a reason")]
    [InlineData("| x | `log_message` | `MessageStore.Append` |", "4 cells")]
    public void A_row_that_says_too_much_or_too_little_is_a_fault(string row, string fault) =>
        Assert.Contains(Faults($"{Header("Constellation")}{row}\n"), found => found.Contains(fault, StringComparison.Ordinal));

    [Theory]
    [InlineData("| x | `log_message` | `MessageStore.Append` | `CursorTests.What_was_written_is_read` |")]
    [InlineData("| x | setting `agents.liveSeconds` | `AgentStore.LiveSince` | `MessageContractTests.Log_message_answers_as_approved` |")]
    [InlineData("| x | issue 14 | | |")]
    [InlineData("| x | left out: it would be there twice | — | — |")]
    public void A_row_that_is_right_is_none(string row) =>
        Assert.Equal(Sections.Length - 1, Faults($"{Header("Constellation")}{row}\n").Count);

    private static string Header(string section) => $"## {section}\n\n| seed item | tool | store method | test |\n|---|---|---|---|\n";

    private static List<string> Faults(string page)
    {
        Dictionary<string, List<string>> rows = Sections.ToDictionary(section => section, _ => new List<string>());
        List<string>? current = null;
        foreach (string line in page.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                current = Sections.FirstOrDefault(section => line[3..].StartsWith(section, StringComparison.Ordinal)) is { } found ? rows[found] : null;
            else if (line.StartsWith('|') && !line.StartsWith("|---", StringComparison.Ordinal) && !line.StartsWith("| seed item |", StringComparison.Ordinal))
                (current ?? throw new InvalidOperationException($"A row outside the sections: {line}")).Add(line);
        }
        return [.. rows.Where(section => section.Value.Count == 0).Select(section => $"{section.Key} has no rows."),
            .. rows.Values.SelectMany(section => section).SelectMany(row => RowFaults(row).Select(fault => $"{fault}: {row}"))];
    }

    private static IEnumerable<string> RowFaults(string row)
    {
        string[] cells = [.. row.Trim().Trim('|').Split('|').Select(cell => cell.Trim())];
        if (cells.Length != 4)
            return ["A row has 4 cells"];
        if (Regex.Match(cells[1], @"^issue (\d+)$") is { Success: true } marker)
            return MarkerFaults(int.Parse(marker.Groups[1].Value), cells);
        if (cells[1].StartsWith("left out", StringComparison.Ordinal))
            return Regex.IsMatch(cells[1], @"^left out: \w.*\w") ? [] : ["left out without a reason"];
        return cells[0].Length == 0 || cells[1].Length == 0
            ? ["an empty cell"]
            : [.. ToolFaults(cells[1]), .. NameFaults(cells[2], "method", IsMethod), .. NameFaults(cells[3], "test", IsTest)];
    }

    private static IEnumerable<string> MarkerFaults(int issue, string[] cells)
    {
        if (issue <= LastCompleteIssue)
            yield return $"issue {issue} is over";
        if (cells[2].Length + cells[3].Length > 0)
            yield return $"issue {issue} and yet there is something";
    }

    private static IEnumerable<string> ToolFaults(string cell)
    {
        foreach (Match name in Regex.Matches(cell, @"(?<setting>setting )?`(?<name>[^`]+)`"))
        {
            string text = name.Groups["name"].Value;
            if (name.Groups["setting"].Success && !IsSetting(text))
                yield return $"no setting '{text}'";
            else if (!name.Groups["setting"].Success && Regex.IsMatch(text, "^[a-z]+(_[a-z]+)+$") && !Tools.Contains(text))
                yield return $"no tool '{text}'";
        }
    }

    private static IEnumerable<string> NameFaults(string cell, string kind, Func<string, string, bool> exists)
    {
        MatchCollection names = Regex.Matches(cell, "`([^`]+)`");
        if (names.Count == 0)
            yield return $"names no {kind}";
        foreach (string name in names.Select(match => match.Groups[1].Value))
        {
            if (name.Split('.') is not [string type, string member] || !exists(type, member))
                yield return $"no {kind} '{name}'";
        }
    }

    private static bool IsSetting(string path)
    {
        Type? type = typeof(Data.Configuration.Settings);
        foreach (string part in path.Split('.'))
            type = type?.GetProperty(part, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)?.PropertyType;
        return type is not null;
    }

    private static bool IsMethod(string type, string method) =>
        DataTypes[type].Any(found => method == type || found.GetMethods(Any | BindingFlags.DeclaredOnly).Any(member => member.Name == method));

    private static bool IsTest(string type, string method) =>
        TestTypes[type].Any(found => found.GetMethods(Any).Any(member => member.Name == method && member.IsDefined(typeof(FactAttribute))))
        || DataTestFiles.Value.Any(text => Regex.IsMatch(text, $@"\bclass {Regex.Escape(type)}\b") && Regex.IsMatch(text, $@"public (async )?(Task|void) {Regex.Escape(method)}\("));
}
