using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using static AgentCraft.ConformanceHost.Fixture;

namespace AgentCraft.ConformanceHost;

/// <summary>Tools and a prompt that answer with questions, and are called again with the answers (SEP-2322).</summary>
internal static class InputTools
{
    private const string AskName = """{"method":"elicitation/create","params":{"message":"What is your name?","requestedSchema":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}}}""";
    private const string AskColor = """{"method":"elicitation/create","params":{"message":"Step 2: What is your favorite color?","requestedSchema":{"type":"object","properties":{"color":{"type":"string"}},"required":["color"]}}}""";
    private const string AskToConfirm = """{"method":"elicitation/create","params":{"message":"Please confirm","requestedSchema":{"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"]}}}""";
    private const string AskContext = """{"method":"elicitation/create","params":{"message":"What context should the prompt use?","requestedSchema":{"type":"object","properties":{"context":{"type":"string"}},"required":["context"]}}}""";
    private const string AskForRoots = """{"method":"roots/list","params":{}}""";

    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    public static FixtureTool[] All { get; } =
    [
        Tool("test_input_required_result_elicitation", p => Says($"Hello, {Answer(p, "user_name", AskName, "name")}!")),
        Tool("test_streaming_elicitation", p => Says($"Hello, {Answer(p, "user_name", AskName, "name")}!")),
        Tool("test_input_required_result_sampling", p => Says($"The model says: {Answer(p, "capital_question", AskModel("What is the capital of France?"), "content")}")),
        Tool("test_input_required_result_list_roots", p => Says($"Roots: {Answer(p, "client_roots", AskForRoots, "roots")}")),
        Tool("test_input_required_result_request_state", p => Confirm(p)),
        Tool("test_input_required_result_tampered_state", p => Confirm(p)),
        Tool("test_input_required_result_multiple_inputs", AskThree),
        Tool("test_input_required_result_multi_round", AskTwice),
        new("test_input_required_result_capabilities", "Asks only what the client can answer.", (request, _) => Task.FromResult(AskWhatIsPossible(request))),
    ];

    public static FixturePrompt Prompt { get; } = new("test_input_required_result_prompt", "Asks for its context.", [],
        request => [new() { Role = Role.User, Content = Text($"Context: {Answer(request.Params!, "user_context", AskContext, "context")}") }]);

    private static FixtureTool Tool(string name, Func<RequestParams, CallToolResult> body) =>
        new(name, "Asks before it answers.", (request, _) => Task.FromResult(body(request.Params!)));

    private static CallToolResult Confirm(RequestParams parameters)
    {
        if (parameters.RequestState is { } state)
            Verify(state);
        return Says($"state-ok: {Answer(parameters, "confirm", AskToConfirm, "ok", Sign("asked"))}");
    }

    private static CallToolResult AskThree(RequestParams parameters)
    {
        if (Find(parameters, "user_name", "name") is { } name && Find(parameters, "greeting", "content") is { } greeting && Find(parameters, "client_roots", "roots") is { } roots)
            return Says($"{greeting} {name} {roots}");
        throw new InputRequiredException(new Dictionary<string, InputRequest>
        {
            ["user_name"] = Read<InputRequest>(AskName), ["greeting"] = Read<InputRequest>(AskModel("Generate a greeting")), ["client_roots"] = Read<InputRequest>(AskForRoots),
        }, Sign("asked"));
    }

    private static CallToolResult AskTwice(RequestParams parameters)
    {
        string? known = parameters.RequestState is { } state ? Verify(state) : null;
        string name = known is ['n', '=', .. var kept] ? kept : Answer(parameters, "step1", AskName.Replace("What", "Step 1: What"), "name", Sign("1"));
        return Says($"{name} likes {Answer(parameters, "step2", AskColor, "color", Sign($"n={name}"))}.");
    }

    private static CallToolResult AskWhatIsPossible(RequestContext<CallToolRequestParams> request)
    {
        Dictionary<string, InputRequest> questions = [];
        if (request.Server.ClientCapabilities?.Sampling is not null)
            questions["capital_question"] = Read<InputRequest>(AskModel("What is the capital of France?"));
        if (request.Server.ClientCapabilities?.Elicitation is not null)
            questions["user_name"] = Read<InputRequest>(AskName);
        return questions.Keys.All(key => request.Params?.InputResponses?.ContainsKey(key) is true) ? Says("Thank you.") : throw new InputRequiredException(questions);
    }

    /// <summary>The answer to a question; asks it when there is none yet.</summary>
    private static string Answer(RequestParams parameters, string key, string question, string member, string? state = null) =>
        Find(parameters, key, member) ?? throw new InputRequiredException(new Dictionary<string, InputRequest> { [key] = Read<InputRequest>(question) }, state);

    // What elicitation answers lies one deeper than what the others do.
    private static string? Find(RequestParams parameters, string key, string member)
    {
        if (parameters.InputResponses?.TryGetValue(key, out InputResponse? response) is not true || response?.RawValue is not { ValueKind: JsonValueKind.Object } value)
            return null;
        if (value.TryGetProperty("action", out _))
            return value.TryGetProperty("content", out JsonElement content) && content.ValueKind == JsonValueKind.Object
                && content.TryGetProperty(member, out JsonElement field) ? field.ToString() : null;
        return value.TryGetProperty(member, out JsonElement found) ? found.ToString() : null;
    }

    private static string AskModel(string question) => $$$"""{"method":"sampling/createMessage","params":{"messages":[{"role":"user","content":{"type":"text","text":"{{{question}}}"}}],"maxTokens":100}}""";

    private static string Sign(string state) => $"{Convert.ToBase64String(Encoding.UTF8.GetBytes(state))}.{Convert.ToHexString(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(state)))}";

    private static string Verify(string signed)
    {
        try
        {
            string state = Encoding.UTF8.GetString(Convert.FromBase64String(signed.Split('.')[0]));
            if (Sign(state) == signed)
                return state;
        }
        catch (FormatException)
        {
            // Refused like any other.
        }
        throw new McpProtocolException("requestState is not what this server gave.", McpErrorCode.InvalidParams);
    }
}
