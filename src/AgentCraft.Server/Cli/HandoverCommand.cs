using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Handovers;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Cli;

/// <summary><c>agentcraft handover</c>: hand-overs as files, without a store; for continuous integration.</summary>
internal static class HandoverCommand
{
    private const string StandardInput = "-";
    private const int LargestBytes = 16 * 1024 * 1024;

    public static Command Create() => new("handover", "Hand-over documents as files: check one against a template, or make one.\n\nExample: agentcraft handover validate docs/handover.md --template standard") { Validate(), Render() };

    private static Command Validate()
    {
        Argument<string> file = new("file") { Description = "The document, Markdown; - reads standard input.", HelpName = "FILE" };
        Option<string> template = Template();
        Option<bool> json = new("--json") { Description = "Print the results as JSON." };
        Command command = new("validate", """
            Check a document against the rules of a template. Exit code 0: it passes; 1: it fails, or cannot be read.

            Example: agentcraft handover validate docs/handover.md --template standard
            """) { file, template, json, Roots.Option };
        command.SetAction(async (result, _) =>
        {
            CheckedPaper paper = await new HandoverPaper(Roots.Of(result)).Validate(result.GetValue(template)!, await Read(result.GetValue(file)!));
            Console.Out.Write(result.GetValue(json) ? JsonSerializer.Serialize(paper, ToolJson.Serializer.GetTypeInfo(typeof(CheckedPaper))) + "\n" : ToText(paper));
            return paper.Passed ? 0 : 1;
        });
        return command;
    }

    private static Command Render()
    {
        Option<string> template = Template();
        Option<string?> title = new("--title") { Description = "One line. Default: with the date.", HelpName = "text" };
        Option<string?> author = new("--author") { Description = "Who signs it. Default: the account's name.", HelpName = "name" };
        Option<string[]> set = new("--set") { Description = "The text of a placeholder, as in --set session=none; may be repeated.", HelpName = "name=text" };
        Option<string[]> section = new("--section") { Description = "The Markdown of a section, as in --section \"Goal=Ship it.\"; may be repeated.", HelpName = "heading=text" };
        Option<bool> json = new("--json") { Description = "Print the document and what is still open as JSON." };
        foreach (Option<string[]> pairs in new[] { set, section })
            pairs.Validators.Add(CheckPairs);
        Command command = new("render", """
            Make a document from a template, filled from git and from what is given. What only the store knows stays open: create_handover knows it.

            Example: agentcraft handover render --template quick --title "Nightly build" --section "Done=It is green." > handover.md
            """) { template, title, author, set, section, json, Roots.Option };
        command.SetAction(async (result, _) =>
        {
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            string document = await new HandoverPaper(Roots.Of(result)).Render(
                result.GetValue(template)!, result.GetValue(title) ?? $"Hand-over of {now:yyyy-MM-dd HH:mm} UTC", result.GetValue(author) ?? Environment.UserName,
                Pairs(result.GetValue(set)), Pairs(result.GetValue(section)), now);
            Console.Out.Write(result.GetValue(json)
                ? JsonSerializer.Serialize(new RenderedPaper(document, MarkdownOutline.Parse(document).Placeholders), ToolJson.Serializer.GetTypeInfo(typeof(RenderedPaper))) + "\n"
                : document);
        });
        return command;
    }

    private static Option<string> Template() =>
        new("--template") { Description = "A template's name (standard, quick, incident, or the project's own), or the path of a Markdown file.", HelpName = "name", Required = true };

    private static string ToText(CheckedPaper paper)
    {
        StringBuilder text = new();
        foreach (RuleResult rule in paper.Validation)
            text.Append($"{rule.Status.ToString().ToLowerInvariant(),-8}{(rule.Line is { } line ? $"line {line}" : ""),-10}{rule.RuleName}: {rule.Message}\n");
        int failed = paper.Validation.Count(rule => rule.Status == RuleStatus.Failed), warned = paper.Validation.Count(rule => rule.Status == RuleStatus.Warning);
        return text.Append($"{(paper.Passed ? "Passed" : "Failed")}: {paper.Validation.Count} rules of template {paper.Template}, {failed} failed, {warned} with a warning.\n").ToString();
    }

    private static async Task<string> Read(string file)
    {
        try
        {
            await using Stream stream = file == StandardInput ? Console.OpenStandardInput() : File.OpenRead(file);
            using MemoryStream kept = new();
            byte[] buffer = new byte[64 * 1024];
            for (int read; (read = await stream.ReadAsync(buffer)) > 0;)
            {
                kept.Write(buffer, 0, read);
                if (kept.Length > LargestBytes)
                    throw new AgentCraftException(ErrorCodes.PayloadTooLarge, $"{file} has more than {LargestBytes:N0} bytes.", "A hand-over names files instead of quoting them.");
            }
            // Some shells write what they redirect as UTF-16, with a mark that says so.
            kept.Position = 0;
            using StreamReader text = new(kept, Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
            return await text.ReadToEndAsync();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AgentCraftException(ErrorCodes.NotFound, $"{file} cannot be read: {failure.Message}", "Name a Markdown file, or - for standard input.", inner: failure);
        }
    }

    private static void CheckPairs(OptionResult option)
    {
        foreach (Token token in option.Tokens)
            if (token.Value.IndexOf('=') <= 0)
                option.AddError($"{option.IdentifierToken?.Value} needs a name, '=' and a text, not '{Text.Shown(token.Value)}'.");
        foreach (IGrouping<string, string> twice in option.Tokens.Select(token => token.Value.Split('=')[0]).GroupBy(name => name).Where(name => name.Count() > 1))
            option.AddError($"{option.IdentifierToken?.Value} has '{Text.Shown(twice.Key)}' twice.");
    }

    private static Dictionary<string, string> Pairs(string[]? given) =>
        (given ?? []).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
}

/// <summary>A document that was made without a store.</summary>
/// <param name="Content">Markdown.</param>
/// <param name="PlaceholdersRemaining">What is still to be filled in.</param>
internal sealed record RenderedPaper(string Content, IReadOnlyList<Placeholder> PlaceholdersRemaining);
