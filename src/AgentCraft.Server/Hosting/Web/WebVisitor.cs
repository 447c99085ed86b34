using AgentCraft.Server.Tools;

namespace AgentCraft.Server.Hosting.Web;

/// <summary>Who looks at a page.</summary>
/// <param name="Principal">Whose token was signed in with; null without one.</param>
/// <param name="MustSignIn">Nothing but the form to sign in may be shown.</param>
/// <param name="FormToken">What a form of the page carries in the hidden field <see cref="WebSessions.FormField"/>, or a script in <see cref="WebSessions.FormHeader"/>.</param>
internal sealed record WebVisitor(Principal? Principal, bool MustSignIn, string FormToken);
