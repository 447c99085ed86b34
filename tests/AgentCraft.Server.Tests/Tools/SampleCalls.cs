using System.Collections.Concurrent;
using System.Text.Json;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Tools;

/// <summary>A call of each tool that succeeds, in a project with two agents, a message, a metric and a published hand-over.</summary>
internal static class SampleCalls
{
    public static TheoryData<string> Tools => CatalogTests.Names;

    /// <summary>Of each project that was prepared, by its message: two tasks that anybody may claim.</summary>
    private static readonly ConcurrentDictionary<string, string[]> WorkTasks = [];

    /// <summary>Makes the project; returns the id of bob's only message.</summary>
    public static async Task<string> Prepare(StdioServer server)
    {
        (await server.Call("start_session", new { agent = "alice" })).Succeeded();
        (await server.Call("start_session", new { agent = "bob" })).Succeeded();
        (await server.Call("register_agent", new { name = "carol", capabilities = new[] { "review" } })).Succeeded();
        (await server.Call("create_project", new { name = "spare" })).Succeeded();
        string message = (await server.Call("log_message", new { from = "alice", to = "bob", content = "hello" })).GetText("messages.0.id");
        (await server.Call("record_metric", new { agent = "alice", name = "x", value = 1 })).Succeeded();
        (await server.Call("create_handover", new
        {
            agent = "alice",
            sections = new Dictionary<string, string> { ["Goal"] = "g", ["Current state"] = "s", ["Next steps"] = "n" },
            publish = true,
        })).Succeeded();
        WorkTasks[message] = [.. await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
            (await server.Call("create_task", new { agent = "alice", instruction = "work" })).GetText("task.id")))];
        return message;
    }

    public static Dictionary<string, JsonElement> Arguments(string tool, string messageId) =>
        JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(tool switch
        {
            "start_session" or "end_session" or "create_handover" or "read_inbox" => """{"agent":"bob"}""",
            "register_agent" => """{"name":"bob"}""",
            "list_agents" or "get_handover" => "{}",
            "log_message" => """{"from":"bob","to":"alice","content":"hi"}""",
            "get_conversation" => """{"agentA":"alice","agentB":"bob"}""",
            "acknowledge_messages" => $$"""{"agent":"bob","ids":["{{messageId}}"]}""",
            "search_messages" => """{"query":"hello"}""",
            "get_thread" => $$"""{"threadId":"{{messageId}}"}""",
            "wait_for_messages" => """{"agent":"bob","timeoutSeconds":0}""",
            "record_metric" => """{"agent":"bob","name":"x","value":1}""",
            "update_agent_status" => """{"agent":"bob","name":"carol","status":"busy","currentTask":"x"}""",
            "get_agent" => """{"name":"carol"}""",
            "get_agent_tree" => "{}",
            "add_agent_usage" => """{"agent":"bob","name":"carol","tokens":1,"costUsd":0.1}""",
            "remove_agent" => """{"agent":"bob","name":"carol","purge":true}""",
            "create_project" => $$"""{"agent":"bob","name":"p{{Random.Shared.Next()}}"}""",
            "update_project" => """{"agent":"bob","addIterations":1}""",
            "list_projects" or "get_project" or "get_project_stats" => "{}",
            "delete_project" => """{"agent":"bob","project":"spare"}""",
            "create_task" => """{"agent":"bob","instruction":"work"}""",
            "list_tasks" => "{}",
            "claim_task" => """{"agent":"bob"}""",
            "update_task" => $$"""{"agent":"bob","task":"{{WorkTasks[messageId][0]}}","status":"completed"}""",
            "get_task_tree" => $$"""{"task":"{{WorkTasks[messageId][1]}}"}""",
            "add_subtasks" => $$"""{"agent":"bob","task":"{{WorkTasks[messageId][1]}}","subtasks":[{"instruction":"part"}]}""",
            _ => throw new ArgumentOutOfRangeException(nameof(tool), tool, "A new tool needs a sample call."),
        })!;
}
