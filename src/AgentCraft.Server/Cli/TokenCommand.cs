using System.CommandLine;
using System.Text;
using System.Text.Json;
using AgentCraft.Data;
using AgentCraft.Data.Tokens;
using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Cli;

/// <summary><c>agentcraft token</c>: who may call over HTTP.</summary>
internal static class TokenCommand
{
    private const int Misused = 2;

    public static Command Create() => new("token", """
        Tokens by which callers over HTTP show who they are. Once there is one, every call needs one, also from this machine.

        Example: agentcraft token create --agent reviewer --scope agent
        """) { CreateOne(), List(), Revoke(), Rotate(), Clear() };

    private static Command CreateOne()
    {
        Option<string> agent = new("--agent") { Description = "The agent that it stands for, by name; registered if need be.", HelpName = "name", Required = true };
        Option<string> scope = new("--scope") { Description = "read: tools that only read. agent: work as the agent. admin: also administer and destroy.", HelpName = "read|agent|admin", Required = true };
        scope.AcceptOnlyFromAmong("read", "agent", "admin");
        Option<string?> expires = new("--expires") { Description = "When it ends: after 12h or 30d, or a date. Default: never.", HelpName = "when" };
        Option<bool> json = Json();
        Command command = new("create", """
            Make a token and print it, once: what is kept is its SHA-256.

            Example: agentcraft token create --agent reviewer --scope agent --expires 30d
            """) { agent, scope, expires, json, Roots.StoreOption, Roots.SettingOption, Roots.Option };
        command.SetAction((result, cancellationToken) => Run(result, async stores =>
        {
            TimeSpan? lifetime = result.GetValue(expires) is { } when ? Lifetime(when, DateTimeOffset.UtcNow) : null;
            CreatedToken created = await stores.Tokens.Create(
                new(result.GetValue(agent)!, Enum.Parse<TokenScope>(result.GetValue(scope)!, ignoreCase: true), lifetime), cancellationToken);
            Print(created, result.GetValue(json));
            return 0;
        }));
        return command;
    }

    private static Command List()
    {
        Option<bool> json = Json();
        Command command = new("list", "List the tokens, the oldest first: never a token itself, but how it begins and ends.\n\nExample: agentcraft token list") { json, Roots.StoreOption, Roots.SettingOption, Roots.Option };
        command.SetAction((result, cancellationToken) => Run(result, async stores =>
        {
            IReadOnlyList<Token> tokens = stores.Databases.HasCentral ? await stores.Tokens.List(cancellationToken) : [];
            Console.Out.Write(result.GetValue(json) ? ToJson(tokens) : ToText(tokens, DateTimeOffset.UtcNow));
            return 0;
        }));
        return command;
    }

    private static Command Revoke()
    {
        Argument<string> id = Id();
        Option<bool> json = Json();
        Command command = new("revoke", "Make a token useless, within a second on every server.\n\nExample: agentcraft token revoke token_1795251600000_k3v9x0q2a") { id, json, Roots.StoreOption, Roots.SettingOption, Roots.Option };
        command.SetAction((result, cancellationToken) => Run(result, async stores =>
        {
            Token token = await stores.Tokens.Revoke(result.GetValue(id)!, cancellationToken);
            Console.Out.Write(result.GetValue(json) ? ToJson(token) : $"{token.Id} is revoked.\n");
            return 0;
        }));
        return command;
    }

    private static Command Rotate()
    {
        Argument<string> id = Id();
        Option<bool> json = Json();
        Command command = new("rotate", """
            Give a token a new text and print it, once. The old text is useless from now on; agent, scope and end stay.

            Example: agentcraft token rotate token_1795251600000_k3v9x0q2a
            """) { id, json, Roots.StoreOption, Roots.SettingOption, Roots.Option };
        command.SetAction((result, cancellationToken) => Run(result, async stores =>
        {
            Print(await stores.Tokens.Rotate(result.GetValue(id)!, cancellationToken), result.GetValue(json));
            return 0;
        }));
        return command;
    }

    private static Command Clear()
    {
        Option<bool> yes = new("--yes", "-y") { Description = "Without it nothing is done." };
        Option<bool> json = Json();
        Command command = new("clear", """
            Delete all tokens. Programs on the server's own machine can call without one again, and nobody else can call at all.

            Example: agentcraft token clear --yes
            """) { yes, json, Roots.StoreOption, Roots.SettingOption, Roots.Option };
        command.SetAction((result, cancellationToken) => Run(result, async stores =>
        {
            if (!result.GetValue(yes))
            {
                Console.Error.WriteLine("This opens the server to every program on its machine: say --yes.\nHelp: agentcraft token clear --help");
                return Misused;
            }
            int deleted = await stores.Tokens.Clear(cancellationToken);
            Console.Out.Write(result.GetValue(json) ? $"{{\"deleted\":{deleted}}}\n" : $"{deleted} {(deleted == 1 ? "token" : "tokens")} deleted.\n");
            return 0;
        }));
        return command;
    }

    /// <summary>From now to the moment that a person typed.</summary>
    /// <exception cref="AgentCraftException"><c>invalid_argument</c></exception>
    internal static TimeSpan Lifetime(string text, DateTimeOffset now)
    {
        if (Moments.Parse(text, now) is not { } moment)
            throw new AgentCraftException(ErrorCodes.InvalidArgument, $"--expires cannot be '{Text.Shown(text, 40)}'.", "Use for example 12h, 30d or 2027-01-31.");
        return char.IsAsciiLetterLower(text[^1]) ? now - moment : moment - now;
    }

    private static void Print(CreatedToken created, bool asJson)
    {
        if (!asJson)
            Console.Error.WriteLine($"{created.Token.Id} for {created.Token.Agent}, scope {Word(created.Token.Scope)}{(created.Token.ExpiresAt is { } end ? $", until {Times.ToText(end)}" : "")}. It is shown this once; clients send it as 'Authorization: Bearer …'.");
        Console.Out.Write(asJson ? ToJson(created) : created.Secret + "\n");
    }

    private static string ToText(IReadOnlyList<Token> tokens, DateTimeOffset now)
    {
        if (tokens.Count == 0)
            return "There is no token: programs on this machine may call over HTTP as any agent. Make one: agentcraft token create\n";
        StringBuilder text = new();
        foreach (Token token in tokens)
            text.Append($"{token.Id}  {token.Prefix}…{token.LastFour}  {Word(token.Scope),-5}  {token.Agent ?? "(gone)",-20}  {State(token, now)}\n");
        return text.ToString();
    }

    private static string State(Token token, DateTimeOffset now) =>
        token.RevokedAt is { } revoked ? $"revoked {Times.ToText(revoked)}"
        : token.ExpiresAt is { } end ? $"{(end <= now ? "expired" : "until")} {Times.ToText(end)}"
        : token.LastUsedAt is { } used ? $"last used {Times.ToText(used)}" : "never used";

    private static string Word(TokenScope scope) => scope.ToString().ToLowerInvariant();

    private static async Task<int> Run(ParseResult result, Func<Stores, Task<int>> work)
    {
        await using Stores stores = Roots.OpenStores(result);
        return await work(stores);
    }

    private static Argument<string> Id() => new("id") { Description = "Its id, as the list has it.", HelpName = "ID" };

    private static Option<bool> Json() => new("--json") { Description = "Print the result as JSON." };

    private static string ToJson<T>(T answer) => JsonSerializer.Serialize(answer, ToolJson.Serializer.GetTypeInfo(typeof(T))) + "\n";
}
