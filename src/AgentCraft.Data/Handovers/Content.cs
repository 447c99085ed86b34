namespace AgentCraft.Data.Handovers;

/// <summary>How much is written somewhere: headings, comments and placeholders do not count.</summary>
/// <param name="IsWritten">There is something: words, code or an image.</param>
/// <param name="Words">Runs of letters and digits in text and code.</param>
/// <param name="ListItems">Items of lists that say something.</param>
/// <param name="TaskBoxes">Those that begin with <c>[ ]</c> or <c>[x]</c>.</param>
internal readonly record struct Content(bool IsWritten, int Words, int ListItems, int TaskBoxes)
{
    public static Content operator +(Content one, Content other) =>
        new(one.IsWritten || other.IsWritten, one.Words + other.Words, one.ListItems + other.ListItems, one.TaskBoxes + other.TaskBoxes);
}
