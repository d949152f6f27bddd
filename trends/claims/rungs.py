"""The rungs that a claim can hold on, from what was recorded up to what can have caused it."""

from enum import StrEnum


class Rung(StrEnum):
    """A question to a claim, in the order in which a reader wants the answers.

    Examples
    --------
    >>> [rung.value for rung in Rung][:3]
    ['recorded', 'realised', 'ordinary']
    """

    RECORDED = "recorded"
    REALISED = "realised"
    ORDINARY = "ordinary"
    TIMING = "timing"
    LASTING = "lasting"
    DOSE = "dose"
    RIVALS = "rivals"


#: What each rung asks.
ASKS = {
    Rung.RECORDED: "What did each counter record?",
    Rung.REALISED: "What did the incidents do, whoever counted them?",
    Rung.ORDINARY: "Is it more than such series do by themselves?",
    Rung.TIMING: "Did it begin when it is said to have begun?",
    Rung.LASTING: "Did it last?",
    Rung.DOSE: "Was it greater where the cause was?",
    Rung.RIVALS: "Can it be told apart from what else happened?",
}
