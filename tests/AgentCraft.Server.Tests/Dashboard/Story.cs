using AgentCraft.Data;
using AgentCraft.Data.Agents;
using AgentCraft.Data.Handovers;
using AgentCraft.Data.Messages;
using AgentCraft.Data.Tasks;
using AgentCraft.Server.Tests.Http;
using AgentCraft.Testing;

namespace AgentCraft.Server.Tests.Dashboard;

/// <summary>What is in a store for pages to show: a team at work, and one of them who means harm.</summary>
internal sealed record Story(string Task, string Thread, string Message, string Handover, string Metric)
{
    public static async Task<Story> Tell(TokenServer one)
    {
        // As tools do it: what they check, nobody else need.
        HttpConnection client = await one.Server.Connect("2026-07-28");
        Stores stores = one.Stores;
        (await client.Call("start_session", new { agent = "planner" })).Succeeded();
        (await client.Call("register_agent", new { name = "ada", parent = "planner", instruction = Attacks.Together })).Succeeded();
        (await client.Call("start_session", new { agent = "ada" })).Succeeded();
        (await client.Call("update_agent_status", new { agent = "ada", name = "ada", status = "busy", currentTask = "Rewrites the tokenizer" })).Succeeded();
        PostedMessage asked = (await stores.Messages.Append(new() { From = "planner", To = ["ada"], Content = "How far is the tokenizer?" }, null)).Messages[0];
        foreach (string attack in Attacks.All.Where(attack => !string.IsNullOrWhiteSpace(attack)))
            await stores.Messages.Append(new() { From = "ada", To = ["planner"], Content = attack, ResponseTo = asked.Id, Importance = Importance.High }, null);
        CreatedTask top = await stores.Tasks.Create(new() { CreatedBy = "planner", Instruction = "Ship version 2 of the parser" }, null);
        AddedSubtasks parts = await stores.Tasks.Add(new() { CreatedBy = "planner", Parent = top.Task.Id, Subtasks = [new() { Instruction = "The tokenizer" }, new() { Instruction = Attacks.Together }] }, null);
        (await client.Call("claim_task", new { agent = "ada", task = parts.Tasks[0].Id })).Succeeded();
        (await client.Call("update_task", new { agent = "ada", task = parts.Tasks[0].Id, status = "completed", result = Attacks.Together })).Succeeded();
        (await client.Call("claim_paths", new { agent = "ada", patterns = new[] { "src/**", "<script>" }, reason = Attacks.Together })).Succeeded();
        (await client.Call("log_event", new { agent = "ada", type = "<script>hurt(50)</script>", entityType = "file", entityId = "\"><b>", data = new { text = Attacks.Together } })).Succeeded();
        (await client.Call("record_metric", new { agent = "ada", name = "<img src=x onerror=hurt(51)>", value = 3.5, unit = "<b>" })).Succeeded();
        (await client.Call("add_agent_usage", new { agent = "ada", name = "ada", tokens = 1200, costUsd = "0.25" })).Succeeded();
        (await client.Call("save_document", new { agent = "ada", name = "design", title = "<script>hurt(52)</script> tokenizer", content = Attacks.Together })).Succeeded();
        CreatedHandover handover = await stores.Handovers.Create(new() { Author = "ada", Title = "Tokenizer <script>hurt(53)</script>", Sections = new Dictionary<string, string> { ["Goal"] = Attacks.Markdown } }, null);
        await stores.HandoverRevisions.Update(new() { Author = "ada", Id = handover.Id, Sections = new Dictionary<string, string> { ["Goal"] = Attacks.Markdown + "\n\nAnd it is done." } }, null);
        return new(top.Task.Id, asked.ThreadId, asked.Id, handover.Id, "<img src=x onerror=hurt(51)>");
    }

    /// <summary>Every page that there is, of this story.</summary>
    public IReadOnlyList<string> Pages =>
    [
        "/", "/agents", "/agents?all=1", "/agents/ada", "/conversations", "/conversations/planner/ada", "/threads", $"/threads/{Thread}", $"/messages/{Message}", "/tasks", "/tasks?all=1", $"/tasks/{Task}",
        "/claims", "/claims?all=1", "/handovers", "/handovers?status=draft", $"/handovers/{Handover}", $"/handovers/{Handover}?version=2&compare=1", "/charts",
        $"/charts/metric?name={Uri.EscapeDataString(Metric)}", "/events", "/search", "/search?q=tokenizer", "/search?q=tokenizer&in=messages", "/search?q=script&in=history",
        $"/search?q={Uri.EscapeDataString(Attacks.Together[..200])}", "/database", "/database?check=1", "/sign-in",
    ];
}
