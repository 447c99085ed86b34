using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using AgentCraft.Data;

namespace AgentCraft.Server.Cli;

/// <summary><c>agentcraft demo</c>: two agents, one over HTTP and one over stdio, from hello to hand-over, with the SDK's own client.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        Option<bool> json = new("--json") { Description = "Print what happened as JSON." };
        Option<string?> root = new("--root") { Description = "Play in this directory, which has no store yet, and leave the files to look at. Default: a temporary one, deleted at the end.", HelpName = "dir" };
        Command command = new("demo", "Watch two agents work together: real servers, real files, a temporary project.\n\nExample: agentcraft demo") { json, root };
        command.SetAction((result, cancellationToken) => Run(result.GetValue(root), result.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> Run(string? root, bool asJson, CancellationToken cancellationToken)
    {
        DirectoryInfo project = root is null ? Directory.CreateTempSubdirectory("agentcraft-demo-") : Stage(root);
        DemoStory story = new(asJson ? TextWriter.Null : Console.Out);
        try
        {
            await Play(story, project.FullName, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            story.Fail(failure.Message);
        }
        finally
        {
            if (root is null)
                project.Delete(recursive: true);
        }
        Console.Out.WriteLine(asJson ? story.ToJson() : story.IsGood ? Closing() : "\nThe demo did not go as it should; agentcraft doctor may tell why.");
        return story.IsGood ? 0 : 1;
    }

    private static DirectoryInfo Stage(string root) => File.Exists(Path.Combine(root, ".agentcraft", "session.db"))
        ? throw new AgentCraftException(ErrorCodes.AlreadyExists, $"{Path.GetFullPath(root)} has a store, and the demo would play in it.", "Name an empty directory, or leave --root out.")
        : Directory.CreateDirectory(Path.GetFullPath(root));

    private static async Task Play(DemoStory story, string root, CancellationToken cancellationToken)
    {
        await using DemoHttp http = await DemoHttp.Start(root);
        await using DemoAgent architect = await DemoAgent.OverHttp("architect", http.Mcp, cancellationToken);
        await using DemoAgent builder = await DemoAgent.OverStdio("builder", root, cancellationToken);
        story.Begin(root, architect, builder);

        story.Say(architect, $"opens a session: {(await architect.Call("start_session", new() { ["type"] = "planner" })).Get("session.id")}");
        JsonElement brief = await builder.Call("start_session", new() { ["type"] = "coder" });
        story.Say(builder, $"joins it and is told who is here: {string.Join(", ", brief.List("present", "name"))}");
        await Talk(story, architect, builder, brief.Get("cursor"));
        await Measure(story, builder);
        await HandOver(story, architect, builder, root, cancellationToken);
    }

    private static async Task Talk(DemoStory story, DemoAgent architect, DemoAgent builder, string cursor)
    {
        story.Say(builder, "waits for mail, in its own process …");
        Task<JsonElement> waiting = builder.Call("wait_for_messages", new() { ["cursor"] = cursor, ["timeoutSeconds"] = 20 });
        JsonElement posted = await architect.Call("log_message",
            new() { ["to"] = "builder", ["type"] = "request", ["content"] = "Please add a retry to the uploader 🙏", ["importance"] = "high" });
        long answered = Stopwatch.GetTimestamp();
        story.Say(architect, "asks: \"Please add a retry to the uploader 🙏\" – stored on disk before the call returned");
        JsonElement inbox = await waiting;
        story.Say(builder, $"woke {Stopwatch.GetElapsedTime(answered).TotalMilliseconds:0.0} ms after that and reads: \"{inbox.Get("messages.0.content")}\"");
        story.Check("the message that woke the builder is the one that was sent", inbox.Get("messages.0.id") == posted.Get("messages.0.id"));

        await builder.Call("log_message", new() { ["to"] = "architect", ["responseTo"] = inbox.Get("messages.0.id"), ["content"] = "Done: three tries with backoff, two tests." });
        await builder.Call("acknowledge_messages", new() { ["upTo"] = inbox.Get("cursor") });
        story.Say(builder, "answers and acknowledges");
        JsonElement answer = await architect.Call("read_inbox", []);
        story.Say(architect, $"reads the answer: \"{answer.Get("messages.0.content")}\"");
        story.Check("the answer is in the same thread", answer.Get("messages.0.threadId") == posted.Get("messages.0.threadId"));
    }

    private static async Task Measure(DemoStory story, DemoAgent builder)
    {
        JsonElement recorded = await builder.Call("record_metric", new()
        {
            ["metrics"] = new[] { new Dictionary<string, object?> { ["name"] = "tests_passed", ["value"] = 42 }, new() { ["name"] = "build_time", ["value"] = 3.2, ["unit"] = "s" } },
        });
        story.Say(builder, "records two metrics: tests_passed = 42, build_time = 3.2 s");
        story.Check("both were stored", recorded.List("ids").Count == 2);
    }

    private static async Task HandOver(DemoStory story, DemoAgent architect, DemoAgent builder, string root, CancellationToken cancellationToken)
    {
        JsonElement handover = await builder.Call("create_handover", new()
        {
            ["title"] = "Uploader retries",
            ["publish"] = true,
            ["sections"] = new Dictionary<string, string>
            {
                ["Goal"] = "Uploads survive a flaky network.",
                ["Current state"] = "Retry with backoff is in, two tests pass.",
                ["Next steps"] = "- [ ] Make the number of tries a setting\n- [ ] Tell the docs",
                ["Dead ends"] = "Retrying inside the HTTP handler: it hid the real error.",
            },
        });
        story.Say(builder, $"hands over: \"{handover.Get("title")}\", {handover.List("validation", "ruleName").Count} rules {handover.Get("validationStatus")}, {handover.Get("status")}");
        story.Check("the hand-over passed its rules and was published", handover.Get("status") == "published");
        await builder.Call("end_session", new() { ["summary"] = "Retries work." });
        await architect.Call("log_message", new() { ["to"] = "builder", ["content"] = "One more thing: log each retry." });
        builder.Kill();
        story.Say(builder, "loses its context; its process is killed (-9)");

        await using DemoAgent successor = await DemoAgent.OverStdio("builder", root, cancellationToken);
        JsonElement brief = await successor.Call("start_session", []);
        JsonElement takeover = await successor.Call("get_handover", []);
        story.Say(successor, $"is back in a new process, told of \"{brief.Get("handover.title")}\" and {brief.Get("unread")} unread message");
        story.Say(successor, $"reads the hand-over and is warned: {takeover.List("warnings").FirstOrDefault()}");
        story.Say(successor, $"then the mail: \"{takeover.Get("inbox.messages.0.content")}\"");
        story.Check("the successor got the document", takeover.Get("handover.id") == handover.Get("id"));
        story.Check("the successor got the mail that came after it", takeover.Get("inbox.messages.0.content").StartsWith("One more thing", StringComparison.Ordinal));
    }

    private static string Closing() => $"""

        That is all of it: plain SQLite files that any number of servers share. Connect your own client, which then starts its own server:

          agentcraft install --client all

        or by hand:

        {ClientConfigurations.Stdio([ClientConfigurations.Command, .. ClientConfigurations.Arguments])}

        or run one server for all of them: agentcraft serve --http
        """;
}
