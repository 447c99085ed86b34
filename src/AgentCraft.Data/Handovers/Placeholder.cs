namespace AgentCraft.Data.Handovers;

/// <summary>A place in a document that still waits for its text.</summary>
/// <param name="Text">As it stands there, on one line: <c>{{branch}}</c>, <c>[What was decided]</c>.</param>
/// <param name="Line">Line in the document, from 1.</param>
public sealed record Placeholder(string Text, int Line);
