"""Every sentence about proposals, feedback and subscriptions, English and Chinese side by side."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # proposals
    "unsound": ("This rule cannot be taken as it is:\n{why}", "这条规则还不能用：\n{why}"),
    "would": (
        "{customers} of {of} customers meet it; {entered} would enter, {left} would leave.",
        "{of} 位客户中有 {customers} 位满足；将进入 {entered} 位，离开 {left} 位。",
    ),
    "would_tags": ("It grants: {tags}.", "授予标签：{tags}。"),
    "would_segment": ("Segment {name}: {n} customers.", "人群 {name}：{n} 位客户。"),
    "would_unknown": ("{n} hang on a value that nobody knows.", "{n} 位取决于未知的值。"),
    "would_overlap": ("Of them hold now: {overlap}.", "其中目前持有：{overlap}。"),
    "would_sample": ("For example: {sample}.", "例如：{sample}。"),
    "nothing_stored": ("Nothing is stored yet.", "尚未保存任何内容。"),
    "proposed": (
        "Proposal {n} is kept; an admin decides.",
        "提议 {n} 已保存，等待管理员批准。",
    ),
    "proposed_to": ("The admins are told.", "已通知管理员。"),
    "asked_for": ("{who} proposes (proposal {n}):\n{text}", "{who} 提议（提议 {n}）：\n{text}"),
    "approved": (
        "Proposal {n} is approved and stands in {file} ({examples} examples pass). It takes effect with the next run.",
        "提议 {n} 已批准并写入 {file}（{examples} 个示例通过），下次运行生效。",
    ),
    "refused": ("Proposal {n} is refused.", "提议 {n} 已拒绝。"),
    "refused_why": ("Proposal {n} is refused: {why}", "提议 {n} 已拒绝：{why}"),
    "not_written": (
        "Proposal {n} cannot be written, it waits still:\n{why}",
        "提议 {n} 无法写入，仍在等待：\n{why}",
    ),
    "cannot_write": ("That cannot be written:\n{why}", "无法写入：\n{why}"),
    "none_pending": ("No proposal waits.", "没有待批准的提议。"),
    "pending": ("{n} proposals wait:", "有 {n} 个提议等待批准："),
    "one_pending": ("{n}. {who}: {text}", "{n}. {who}：{text}"),
    "owner": ("the owner", "所有者"),
    "no_proposal": ("There is no proposal {number}.", "没有编号为 {number} 的提议。"),
    "decided": ("Proposal {number} is decided already: {status} by {by}.", "提议 {number} 已由 {by} 处理：{status}。"),
    # segments
    "segment_saved": (
        "Segment {name} stands in {file}. It is counted from now on, and in the next run.",
        "人群 {name} 已写入 {file}，即刻可用，并计入下次运行。",
    ),
    "segment_name": (
        "“{name}” is no name for a segment: letters, Chinese characters, digits and _ only, no digit first.",
        "「{name}」不能作为人群名称：只能用字母、汉字、数字和 _，且不以数字开头。",
    ),
    "segment_known": (
        "There is a segment or tag {name} already: take another name.",
        "已有名为 {name} 的人群或标签，请换一个名称。",
    ),
    "nothing_to_save": ("There is no group to save: ask for one first.", "没有可保存的人群，请先提一个问题。"),
    # feedback
    "noted": ("Thank you. It is on the admin's list.", "谢谢，已记入管理员的清单。"),
    "noted_right": ("Thank you. It counts for {tag}.", "谢谢，已计入「{tag}」的准确率。"),
    "noted_tag": (
        "Thank you. It counts for {tag} and is on the admin's list.",
        "谢谢，已计入「{tag}」的准确率，并记入管理员的清单。",
    ),
    "no_feedback": ("There is no feedback {number}.", "没有编号为 {number} 的反馈。"),
    "closed": ("Feedback {n} is closed.", "反馈 {n} 已处理完。"),
    "remarks": ("{n} open remarks.", "有 {n} 条未处理的反馈。"),
    "precision": (
        "{tag}: {share} right of {judged} judged holders, {missed} missed.",
        "{tag}：评过的 {judged} 位持有者中 {share} 正确，漏掉 {missed} 位。",
    ),
    "precision_none": ("{tag}: {missed} missed, no holder judged yet.", "{tag}：漏掉 {missed} 位，尚未评过持有者。"),
    "work_list": ("{n} questions without an answer.", "有 {n} 个没有答上的问题。"),
    "accept_how": ("Take a word in with: accept WORD for TAG", "采纳一个说法：采纳 词语 作为 标签"),
    "accepted": (
        "“{word}” is another name of {tag} from now on ({file}).",
        "「{word}」现在是「{tag}」的别名（{file}）。",
    ),
    "no_tag": ("There is no tag “{tag}”. Tags: {known}", "没有标签「{tag}」。已有标签：{known}"),
    "which_one": ("This names several customers. Which one?", "这里提到了多位客户，请选择："),
    "model_guess": ("A language model guesses that it means:", "语言模型猜测您是想问："),
    # subscriptions
    "subscribed": (
        "Kept as subscription {n}: “{question}”, {every}, {to}.",
        "已保存为订阅 {n}：「{question}」，{every}，{to}。",
    ),
    "to_you": ("to you", "发给您"),
    "to_channel": ("to this channel", "发到本频道"),
    "no_schedule": (
        "“{text}” is no schedule I know: every monday 09:00, daily 18:30, weekly, monthly.",
        "「{text}」不是我认识的时间：每周一 09:00、每天 18:30、每周、每月。",
    ),
    "no_percent": ("A percentage between 0 and 1000, please.", "请给出 0 到 1000 之间的百分比。"),
    "nothing_to_ask": ("There is no question to ask again: ask one first.", "没有可以定期提问的问题，请先提一个问题。"),
    "many_subscriptions": ("You have {most} subscriptions: delete one first.", "您已有 {most} 个订阅，请先删除一个。"),
    "watching_tag": (
        "Subscription {n}: you hear of it when {tag} moves by {percent} % or more, after a run.",
        "订阅 {n}：「{tag}」增减达到 {percent}% 时，运行后提醒。",
    ),
    "watching_customer": (
        "Subscription {n}: you hear of it when {customer} gains or loses a tag, after a run.",
        "订阅 {n}：{customer} 增减标签时，运行后提醒。",
    ),
    "no_subscription": ("You have no subscription {number}.", "您没有编号为 {number} 的订阅。"),
    "no_subscriptions": ("There are no subscriptions.", "没有订阅。"),
    "subscriptions": ("{n} subscriptions:", "共 {n} 个订阅："),
    "one_subscription": ("{n}. {what}: {every}, {to}{state}", "{n}. {what}：{every}，{to}{state}"),
    "is_paused": (" (paused)", "（已暂停）"),
    "paused": ("Subscription {n} is paused.", "订阅 {n} 已暂停。"),
    "resumed": ("Subscription {n} goes on.", "订阅 {n} 已恢复。"),
    "deleted": ("Subscription {n} is deleted.", "订阅 {n} 已删除。"),
    "asked_again": ("Asked again: {every}. “delete {n}” ends it.", "定期提问：{every}。发送「删除 {n}」可取消。"),
    "tag_moved": (
        "{tag} {how} from {before} to {now} ({percent}).",
        "「{tag}」从 {before} {how}到 {now}（{percent}）。",
    ),
    "grew": ("grew", "增加"),
    "shrank": ("shrank", "减少"),
    "tag_moved_small": (
        "{tag} has changed; groups under 5 are not shown to viewers.",
        "「{tag}」有变化；不足 5 位的人数不向查看者显示。",
    ),
    "customer_moved": ("{customer} has changed.", "{customer} 有变化。"),
    "gained": ("Now has: {tags}.", "新增：{tags}。"),
    "lost": ("No longer has: {tags}.", "失去：{tags}。"),
    "run": ("after every run", "每次运行后"),
    "daily": ("every day", "每天"),
    "weekly": ("every week", "每周"),
    "monthly": ("on the first of every month", "每月 1 日"),
    "mon": ("every Monday", "每周一"),
    "tue": ("every Tuesday", "每周二"),
    "wed": ("every Wednesday", "每周三"),
    "thu": ("every Thursday", "每周四"),
    "fri": ("every Friday", "每周五"),
    "sat": ("every Saturday", "每周六"),
    "sun": ("every Sunday", "每周日"),
    # roles
    "granted": ("{user} is {role} now.", "{user} 现在的角色：{role}。"),
    "revoked": (
        "{user} has no granted role any more; what tagfolk.toml says stays.",
        "{user} 的授权已收回；tagfolk.toml 中的角色不变。",
    ),
    "nothing_granted": ("{user} had no granted role.", "{user} 没有被授予的角色。"),
    "grants": ("{n} granted roles, beside those of tagfolk.toml.", "除 tagfolk.toml 外，共授予 {n} 个角色。"),
    "no_role": (
        "“{user} {role}” is no grant: say an id (U…, S…) and viewer, analyst, steward or admin.",
        "「{user} {role}」无法授权：请写编号（U…、S…）和 viewer、analyst、steward 或 admin。",
    ),
    # buttons
    "b_submit_rule": ("Propose it", "提交提议"),
    "b_approve": ("Approve", "批准"),
    "b_refuse": ("Refuse", "拒绝"),
    "b_save_segment": ("Save as segment", "保存为人群"),
    "b_subscribe": ("Ask regularly", "定期提问"),
    "b_wrong": ("That is wrong", "这不对"),
    "b_right": ("That is right", "正确"),
    "b_pause": ("Pause {n}", "暂停 {n}"),
    "b_resume": ("Go on {n}", "恢复 {n}"),
    "b_delete": ("Delete {n}", "删除 {n}"),
}


def say(key: str, language: str, **values: object) -> str:
    """A sentence by its key."""
    english, chinese = WORDS[key]
    return (chinese if language == "zh" else english).format(**values)


def schedule(every: str, language: str) -> str:
    """``mon 09:00`` as people say it.

    >>> schedule("mon 09:00", "en"), schedule("run", "zh")
    ('every Monday 09:00', '每次运行后')
    """
    word, _, at = every.partition(" ")
    said = say(word, language) if word in WORDS else word
    return f"{said} {at}".strip()
