using AgentCraft.Data;
using AgentCraft.Data.Audit;
using AgentCraft.Data.Messages;
using AgentCraft.Server.Dashboard.Markup;
using Microsoft.AspNetCore.Http;

namespace AgentCraft.Server.Dashboard.Conversations;

/// <summary>Sends what a person wrote, in the name of the token's agent.</summary>
internal sealed class PostMessage(Stores stores)
{
    public async Task<Link> Post(PageRequest request, IFormCollection form)
    {
        string from = request.Writer!, to = form["to"].ToString();
        PostedMessages posted = await stores.Messages.Append(new()
        {
            From = from,
            To = [to == "*" ? throw new AgentCraftException(ErrorCodes.InvalidArgument, "Name one agent.", "Write to each from its page.") : to],
            Content = form["content"].ToString().ReplaceLineEndings("\n"),
            ResponseTo = form["responseTo"].ToString() is { Length: > 0 } answered ? answered : null,
            Importance = Enum.TryParse(form["importance"], ignoreCase: true, out Importance importance) && Enum.IsDefined(importance) ? importance : Importance.Normal,
        }, form["key"].ToString() is { Length: > 0 } key ? key : null, request.Gone);
        PostedMessage message = posted.Messages[0];
        stores.Audit.Note(new("web_log_message") { Principal = request.Visitor.Principal!.Source, Agent = from, Target = message.Id, Remote = request.Visitor.Principal.Remote });
        return Link.To($"/threads/{message.ThreadId}").At(message.Id);
    }
}
