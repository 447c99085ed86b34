using System.Globalization;
using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Tools;

/// <summary>
/// A call of each tool that succeeds, in a project that has something of everything. The tests that walk the catalogue vary and repeat
/// these; a new tool needs a line in <see cref="Arguments"/>, and what its line names must be made in <see cref="Prepare"/>.
/// </summary>
internal static class SampleCalls
{
    private static int _count;

    public static TheoryData<string> Tools => CatalogTests.Names;

    /// <summary>Every fourth tool.</summary>
    public static TheoryData<string> Quarter(int which) => [.. CatalogTests.NamesOf(_ => true).Where((_, i) => i % 4 == which)];

    /// <summary>Makes the project; returns the ids that <see cref="Arguments"/> puts in, by their names there.</summary>
    public static Task<IReadOnlyDictionary<string, string>> Prepare(StdioServer server) => Prepare((tool, arguments) => server.Call(tool, arguments));

    /// <inheritdoc cref="Prepare(StdioServer)"/>
    public static async Task<IReadOnlyDictionary<string, string>> Prepare(Func<string, object?, Task<ToolAnswer>> call)
    {
        Dictionary<string, string> ids = [];
        (await call("start_session", new { agent = "alice" })).Succeeded();
        (await call("append_history", new { agent = "alice", role = "user", content = "hello" })).Succeeded();
        (await call("end_session", new { agent = "alice" })).Succeeded();
        (await call("start_session", new { agent = "alice" })).Succeeded();
        ids["session"] = (await call("start_session", new { agent = "bob" })).GetText("session.id");
        (await call("register_agent", new { name = "carol", capabilities = new[] { "review" } })).Succeeded();
        (await call("register_agent", new { name = "bob", capabilities = new[] { "review" } })).Succeeded();
        (await call("create_project", new { name = "spare" })).Succeeded();
        (await call("define_tool", new { name = "search", description = "Searches." })).Succeeded();
        (await call("define_tool", new { name = "lint", description = "Checks." })).Succeeded();
        (await call("grant_tool", new { tool = "search", to = "bob" })).Succeeded();
        ToolAnswer message = await call("log_message", new { from = "alice", to = "bob", content = "hello" });
        (ids["message"], ids["thread"]) = (message.GetText("messages.0.id"), message.GetText("messages.0.threadId"));
        (await call("log_message", new { from = "alice", to = "bob", content = "hello again", responseTo = ids["message"] })).Succeeded();
        foreach (string name in new[] { "x", "x", "y" })
            (await call("record_metric", new { agent = "alice", name, value = 1 })).Succeeded();
        foreach (string name in new[] { "tidy", "polish" })
            (await call("define_process", new { agent = "alice", name, steps = new[] { new { name = "sweep", instruction = "Sweep {{what}}" } }, requiredInputs = new[] { "what" } })).Succeeded();
        ids["task"] = (await call("create_task", new { agent = "alice", instruction = "work" })).GetText("task.id");
        ids["parentTask"] = (await call("create_task", new { agent = "alice", instruction = "work" })).GetText("task.id");
        (await call("claim_paths", new { agent = "bob", patterns = new[] { "docs/**", "tests/**" } })).Succeeded();
        (await call("save_document", new { agent = "alice", name = "guide", content = "hello" })).Succeeded();
        (await call("save_document", new { agent = "alice", name = "plan", content = "hello" })).Succeeded();
        ids["handover"] = (await call("create_handover", new
        {
            agent = "alice",
            sections = new Dictionary<string, string> { ["Goal"] = "g", ["Current state"] = "s", ["Next steps"] = "n" },
            publish = true,
        })).GetText("id");
        (await call("append_history", new { agent = "alice", role = "assistant", content = "hello" })).Succeeded();
        foreach (string path in new[] { "src/a.ts", "src/c.ts" })
            (await call("record_output", new { agent = "alice", path, content = "hello" })).Succeeded();
        (await call("store_analysis", new { agent = "alice", type = "git_analysis", data = new { } })).Succeeded();
        foreach (string title in new[] { "x", "x and more" })
            (await call("save_records", new { agent = "alice", table = "notes", records = new[] { new { title } } })).Succeeded();
        ids["draft"] = (await call("create_handover", new
        {
            agent = "alice",
            sections = new Dictionary<string, string> { ["Goal"] = "g", ["Current state"] = "s", ["Next steps"] = "n" },
        })).GetText("id");
        foreach (string name in new[] { "rita", "rudi" })
            (await call("create_instance", new { agent = "alice", name, template = "reviewer" })).Succeeded();
        for (int backup = 0; backup < 2 && Engines.Current == Engine.Sqlite; backup++)
            (await call("create_backup", null)).Succeeded();
        return ids;
    }

    /// <summary>The arguments of the call; <c>&lt;message&gt;</c> stands for an id of that name, <c>&lt;n&gt;</c> for a new number each time.</summary>
    public static Dictionary<string, JsonElement> Arguments(string tool, IReadOnlyDictionary<string, string> ids)
    {
        string json = tool switch
        {
            "start_session" => """{"agent":"dave"}""",
            "end_session" or "create_handover" or "read_inbox" => """{"agent":"bob"}""",
            "register_agent" => """{"name":"erin"}""",
            "list_sessions" => "{}",
            "get_session" => """{"agent":"bob"}""",
            "archive_sessions" => """{"agent":"bob","before":"2100-01-01"}""",
            "list_agents" or "get_handover" => "{}",
            "log_message" => """{"from":"bob","to":"alice","content":"hi"}""",
            "get_conversation" => """{"agentA":"alice","agentB":"bob"}""",
            "acknowledge_messages" => """{"agent":"bob","ids":["<message>"]}""",
            "search_messages" => """{"query":"hello"}""",
            "get_thread" => """{"threadId":"<thread>"}""",
            "wait_for_messages" => """{"agent":"bob","timeoutSeconds":0}""",
            "record_metric" => """{"agent":"bob","name":"x","value":1}""",
            "update_agent_status" => """{"agent":"bob","name":"carol","status":"busy","currentTask":"x"}""",
            "get_agent" => """{"name":"carol"}""",
            "get_agent_tree" => "{}",
            "append_history" => """{"agent":"bob","role":"assistant","content":"hi","toolCalls":[{"name":"read"}],"usage":{"input":1},"costUsd":0.1}""",
            "get_history" or "summarize_history" => """{"agent":"alice"}""",
            "store_analysis" => """{"agent":"bob","type":"git_analysis","data":{"a":1}}""",
            "get_latest_analysis" or "describe_records" => """{"agent":"alice"}""",
            "save_records" => """{"agent":"bob","table":"notes","records":[{"title":"x","data":{"a":1}}]}""",
            "query_records" => """{"agent":"alice","table":"notes","where":{"title":{"contains":"x"}},"columns":["title"]}""",
            "search_history" => """{"agent":"alice","query":"hello"}""",
            "search_outputs" => """{"query":"hello"}""",
            "record_output" => """{"agent":"bob","path":"src/b.ts","content":"hi","type":"artifact"}""",
            "list_outputs" or "list_output_paths" => "{}",
            "get_output" => """{"path":"src/a.ts"}""",
            "add_agent_usage" => """{"agent":"bob","name":"carol","tokens":1,"costUsd":0.1}""",
            "remove_agent" => """{"agent":"bob","name":"carol","purge":true}""",
            "create_project" => """{"agent":"bob","name":"p<n>"}""",
            "update_project" => """{"agent":"bob","addIterations":1}""",
            "list_projects" or "get_project" or "get_project_stats" or "list_tool_definitions" => "{}",
            "delete_project" => """{"agent":"bob","project":"spare","confirm":"spare"}""",
            "create_task" => """{"agent":"bob","instruction":"work"}""",
            "list_tasks" => "{}",
            "claim_task" => """{"agent":"bob"}""",
            "update_task" => """{"agent":"bob","task":"<task>","status":"completed"}""",
            "get_task_tree" => """{"task":"<parentTask>"}""",
            "add_subtasks" => """{"agent":"bob","task":"<parentTask>","subtasks":[{"instruction":"part"}]}""",
            "claim_paths" => """{"agent":"bob","patterns":["src/**"]}""",
            "release_paths" => """{"agent":"bob","patterns":["docs/**"]}""",
            "list_claims" or "list_processes" or "list_metrics" or "list_events" or "summarize_events" => "{}",
            "query_metrics" => """{"names":["x","y"]}""",
            "define_process" => """{"agent":"bob","name":"release","steps":[{"name":"a","instruction":"Build {{what}}"},{"name":"b","instruction":"Test","after":["a"]}],"requiredInputs":["what"],"triggers":["tag"]}""",
            "establish_process" => """{"agent":"bob","process":"tidy","inputs":{"what":"docs"}}""",
            "prune_records" => """{"agent":"bob","kind":"metrics","filter":{"type":"y"},"confirm":true}""",
            "run_maintenance" => """{"agent":"bob","tasks":["archive"],"archiveDays":0}""",
            "verify_database" or "get_database_stats" => "{}",
            "log_event" => """{"agent":"bob","type":"check_completed","entityType":"file","entityId":"a","data":{"n":1}}""",
            "save_document" => """{"agent":"bob","name":"guide","content":"hello again"}""",
            "get_document" => """{"name":"guide"}""",
            "list_documents" => "{}",
            "search_documents" => """{"query":"hello"}""",
            "define_tool" => """{"agent":"bob","name":"fetch","description":"Gets a page."}""",
            "grant_tool" => """{"agent":"bob","tool":"search","to":"alice","limits":{"calls":1}}""",
            "revoke_tool" => """{"agent":"bob","tool":"search","to":"bob"}""",
            "find_agents_by_capability" => """{"capability":"review"}""",
            "validate_handover" => """{"agent":"bob","id":"<handover>"}""",
            "update_handover" => """{"agent":"bob","id":"<draft>","sections":{"Goal":"Ship it."}}""",
            "publish_handover" => """{"agent":"bob","id":"<draft>"}""",
            "accept_handover" => """{"agent":"bob","id":"<handover>","corrections":"none"}""",
            "reject_handover" => """{"agent":"bob","id":"<handover>","reason":"too short"}""",
            "analyze_session" or "recommend_next" => """{"agent":"bob"}""",
            "create_backup" => """{"agent":"bob"}""",
            "list_backups" or "list_handovers" or "list_handover_templates" or "list_templates" => "{}",
            "get_template" => """{"name":"builder"}""",
            "create_instance" => """{"agent":"bob","name":"worker","template":"builder","launchMode":"manual","config":{"model":"opus"}}""",
            "transition_instance" => """{"agent":"bob","name":"rita","to":"Initializing","reason":"needed"}""",
            "list_instances" => "{}",
            _ => throw new ArgumentOutOfRangeException(nameof(tool), tool, "A new tool needs a sample call."),
        };
        json = json.Replace("<n>", Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        foreach ((string name, string id) in ids)
            json = json.Replace($"<{name}>", id, StringComparison.Ordinal);
        return JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
    }

    /// <summary>On a database server it is refused, whatever the arguments.</summary>
    public static bool IsRefused(string tool) => Engines.Current == Engine.Postgres && tool is ("create_backup" or "list_backups");

    /// <summary>Calls that make again what the call of this tool has used up, so that it can succeed once more.</summary>
    public static (string Tool, object Arguments)[] Mending(string tool) => tool switch
    {
        "end_session" => [("start_session", new { agent = "bob" })],
        "prune_records" => [("record_metric", new { agent = "alice", name = "y", value = 1 })],
        "remove_agent" => [("register_agent", new { name = "carol" })],
        "delete_project" => [("create_project", new { name = "spare" })],
        "release_paths" => [("claim_paths", new { agent = "bob", patterns = new[] { "docs/**" } })],
        "claim_task" => [("create_task", new { agent = "alice", instruction = "work" })],
        _ => [],
    };

    /// <summary>How the very same call is refused the second time, where it is: what it makes or takes away is there or gone by then.</summary>
    public static string? CodeWhenRepeated(string tool) => tool switch
    {
        "create_project" => "already_exists",
        "delete_project" => "not_found",
        _ => null,
    };
}
