# ruff: noqa: E501  -- tables of words, sentences and patterns, one entry a line
"""The function words of questions: what people say around the names of the workspace, English and Chinese.

Each code lists phrases; ``stop`` words carry nothing that an answer could get wrong by leaving them out.
"""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "how_many": (
        "how many|number|the number|count please|how many people|how many customers|number of|the number of|count of|count|how large|how big|size of|"
        "total number of|headcount|no of|tally",
        "有多少|多少|几个|几位|几名|多少人|多少个|多少位|多少名|数量|人数|总数|有几个|共有多少|一共有多少|有多少笔|多少笔|多少单|有多少单|几单|几笔|多少客户|数目|有几位|规模|多大",
    ),
    "how_much": (
        "how much|what is the total|what was the total|what were the total|how much money|how old|what age",
        "多少钱|几岁|多少岁|多大年纪|多大岁数|多少元|多少块",
    ),
    "list": (
        "list|show|show me|give me|which customers|which people|which ones|name the|find|find me|get me|display|names of|"
        "list all|list out|fetch|let me see|i want to see|i'd like to see|pull up",
        "列出|列出来|列一列|哪些客户|哪些人|哪些|名单|都有谁|有谁|给我|显示|列一下|看看|看一下|找出|找到|列表|清单|查一下|查询|谁|都是谁|有哪些|展示|列举|哪几个|哪个客户|哪位|哪位客户",
    ),
    "who": ("who|who are|who all|whose|who is|who's", "谁是|是谁"),
    "share": (
        "what percentage|percentage|percent|what percent|what share|share|rate|what proportion|proportion|what fraction|"
        "fraction|ratio|%|share of|percentage of|proportion of|out of all|contribution|contributes|contribute|contributed|portion|what part",
        "占比|比例|百分之多少|百分之几|百分比|占多少|占多大比例|比重|多少比例|占几成|率|比率|多大比例|占了多少|有多大比例|贡献|贡献了|贡献率|份额|贡献占比|占多少比例|占几成|占比率|占比是多少|占比多少",
    ),
    "makes_up": ("", "占"),
    "by": (
        "by|per|split by|broken down by|break down by|breakdown by|grouped by|group by|for each|in each|each|of each|"
        "distribution by|segmented by|split into|sliced by|distribution across|across|for every",
        "按|按照|根据|各|各个|每个|分|每一个|不同|每种|各自",
    ),
    "spread": (
        "breakdown|break down|distribution|distribution of|breakdown of|split|mix|spread|make up|composition",
        "分布|分布情况|构成|结构|细分|拆分|分别|各有多少|分组|统计|划分|分类|组成|分",
    ),
    "which": (
        "which|what|what kind of|which kind of|what type of|which type of",
        "哪个|哪一个|哪些种|哪种|什么样的|什么|哪座|哪类|哪一类|哪家|哪间|哪款|哪里|哪一家|哪一款|哪国|哪座城市",
    ),
    "most": (
        "most|the most|biggest|largest|highest|best|greatest|max|maximum|top spender|most popular|popular|best selling|bestselling|top selling|best seller|oldest|most expensive|largest single|biggest single",
        "最多|最高|最大|最好|卖得最好|卖得最多|最畅销|最强|最常|第一|最贵|最受欢迎|最热门|最热销|销量最高|销量最好|销量最多|热销|卖得最火|最火|最爱|最年长|年龄最大|最大年龄",
    ),
    "least": (
        "least|fewest|the fewest|the least|smallest|lowest|worst|min|minimum|cheapest|youngest|least popular|worst selling",
        "最少|最低|最小|最差|最便宜|最年轻|年龄最小|最小年龄",
    ),
    "top": ("top|the top|leading|best|highest|biggest", "前|排名前|头部|排前|排行|排名|top"),
    "bottom": ("bottom|lowest|worst", "后|倒数|末尾|垫底|最后"),
    "avg": (
        "average|avg|per customer|per person|per head|mean|on average|typical|the average|averaged|per buyer|on an average",
        "平均|均值|人均|平均值|每人|平均每人|每位客户|平均每个客户|户均|平均每个|平均一个|平均每名|平均下来",
    ),
    "sum": ("total|sum|sum of|overall|altogether|in total|combined", "总|总共|合计|总计|总和|一共|累计|总的|共"),
    "median": ("median|middle", "中位数|中位"),
    "not": (
        "not|no|never|without|isn't|aren't|don't|didn't|haven't|hasn't|doesn't|wasn't|lack|lacks|lacking|non|nobody|"
        "cannot|has not|have not|did not|do not|does not|are not|is not|never ever|yet to|have yet to|none of",
        "不是|没有|没|未|非|不|从未|从没|从来没有|从来没|没有过|尚未|未曾|无|还没有|还没|并非|不属于|不在|不带",
    ),
    "except": (
        "except|excluding|other than|apart from|but not|besides|exclude|outside|outside of|minus|excepting|aside from",
        "除了|除|排除|不含|不包括|剔除|除去|以外|之外|外|除去",
    ),
    "or": ("or|either|and or", "或|或者|或是|还是"),
    "and": (
        "and|also|but|as well as|both|plus|while|yet|then",
        "和|且|并且|而且|同时|又|也|并|以及|与|跟|但|但是|还|既|又是",
    ),
    "more": (
        "more than|more|over|above|greater than|exceeding|exceeds|exceed|older than|beyond|upwards of|higher than|bigger than|>|older",
        "超过|更多|多|大于|多于|高于|超|以外|>|大过|多过|过|多于|大过",
    ),
    "at_least": (
        "at least|no less than|not less than|minimum of|a minimum of|no fewer than|>=|from|not under|starting at",
        "不少于|至少|不低于|起码|最少|不小于|>=|达到|满|达|≥",
    ),
    "less": (
        "less than|under|below|fewer than|younger than|smaller than|lower than|<|younger",
        "少于|小于|低于|不到|不足|不满|未满|<|未达到|没到",
    ),
    "at_most": (
        "at most|no more than|not more than|up to|maximum of|a maximum of|<=|not over",
        "不超过|至多|最多不超过|不多于|不高于|<=|不大于|顶多|≤",
    ),
    "exactly": ("exactly|equal to|equals|precisely|just|only|=|==", "等于|正好|刚好|恰好|只|仅|=|就|整整"),
    "and_more": (
        "or more|and over|or over|and above|or above|or older|and older|and up|plus|+|or higher|upwards|and more",
        "以上|及以上|或以上|或更多|往上|起|+",
    ),
    "and_less": (
        "or less|or fewer|and under|or under|or younger|and below|or below|and younger|or lower",
        "以下|及以下|以内|之内|或更少|或以下",
    ),
    "between": ("between|from|ranging from|in the range|aged between", "在|介于|从"),
    "to": ("to|till|until|through|up to|-|~", "到|至|-|~"),
    "times": ("times|time|x", "次|回|单|笔|趟|遍|个订单"),
    "years_old": ("years old|year old|yo|years of age|aged|of age|y o", "岁|周岁|年纪|岁数|岁的"),
    "money": (
        "yuan|rmb|cny|dollar|dollars|usd|euro|euros|eur|pounds|gbp|bucks|$|¥|€|£|£|quid",
        "元|块|块钱|美元|人民币|欧元|元钱|英镑|万元|千元",
    ),
    "one_time": ("once|a single time|one time|one-off", "一次"),
    "two_times": ("twice|two times", "两次"),
    "three_times": ("thrice", ""),
    "ever": (
        "ever|previously|all time|lifetime|in total|of all time|formerly|used to",
        "曾|曾经|过|以前|过往|历史上|历史|累计|总共|一直以来",
    ),
    "first": ("first|first time|for the first time|first ever", "首次|第一次|首|初次|首单"),
    "last": ("last|latest|most recent|most recently|recent", "最近一次|上次|上一次|末次|最后一次|最近"),
    "only": ("only|just|solely|nothing but|only the|just the", "只|仅|只看|只要|仅仅|只有|只算"),
    "among": (
        "among|amongst|out of|within|of all|of the|of|of those|in the",
        "中|里|里面|当中|之中|其中|中间|内|中有|里有",
    ),
    "are": (
        "are|is|were|was|have|has|had|live|lives|come|belong|that are|who are|being|be|been",
        "是|属于|为|有|来自|住在|带有|拥有|具有|都是",
    ),
    "is_it": ("is|are|does|did|do|has|was", "是不是|是否|有没有|算不算|是…吗"),
    "customer": (
        "customer|customers|people|ppl|cust|custs|persons|users|user|clients|client|members|buyers|shoppers|consumers|guests|folks|"
        "accounts|how many people|how many customers|headcount|those who|everyone|everybody|anyone|person|individuals|customer base|contacts|households|buyer",
        "客户|人数|多少人|多少位|多少名|几位|几名|多少客户|哪些人|哪些客户|人|用户|会员|顾客|消费者|客人|的人|人群|客群|大家|所有人|买家|人员|名客户|位客户|个客户|全体客户|客户数|用户数|会员数|客户群|朋友",
    ),
    "why": (
        "why|why is|why are|how come|reason|reasons|what made|explain|what would make|what would it take for|what does it take for|what must happen for|how can|how could|explain why|because of what|for what reason|what would change",
        "为什么|怎么才能|怎样才能|才能|怎样|怎么|如何|要怎样|怎么样|为何|怎么会|原因|理由|凭什么|怎么就|解释|依据|为啥|因为什么|怎么是",
    ),
    "define": (
        "what does|mean|means|meaning|definition|define|defined|what do you mean by|how is|how do you define|"
        "definition of|meaning of|what counts as|stand for|what's|what is a|what is an|criteria|rule for|rules for|"
        "what is meant by|how do we define|how are|what makes a|what makes someone|calculated|determined|what would make someone|how does one become|how does someone become|how do you become|what qualifies as|who counts as|who counts as a|counts as|who qualifies as",
        "是什么意思|什么意思|定义|含义|怎么定义|如何定义|怎么算|什么叫|是什么|什么是|怎么来的|规则是什么|规则|意思|怎么判断|如何判断|的标准|标准是什么|口径|什么样的客户是|怎么界定|怎么算出来的|什么算|怎样算|指什么|指的是什么|什么样的客户算|什么样的客户才算|哪些客户算|怎样才|怎么才|怎样才算|怎样才不算|怎么才算|怎么才不算|如何才算|如何才能|才不算|才算|怎么样才算|怎样算|是怎么算|是如何计算|怎样定义|代表什么",
    ),
    "profile": (
        "profile|profile of|tell me about|about|details of|details on|portrait|portrait of|everything about|overview of|"
        "look up|lookup|information on|info on|describe|what do we know about|who is|who's",
        "画像|档案|详情|资料|情况|介绍|是个什么样的人|是谁|客户画像|详细信息|了解|个人信息|谁是|什么样的客户|什么样的人|怎么样",
    ),
    "change": (
        "changed|change|changes|what changed|movement|moved|what's new|whats new|happened|what happened|differences since",
        "变化|变动|改变|有什么变化|变了|发生了什么|变更|有什么不同|动态|进出",
    ),
    "enter": (
        "entered|joined the|became|become|newly|new|entering|started being|turned|gained|new in|got tagged|were added|"
        "added|newly tagged|turned into|just became|have become",
        "新增|进入|变成|成为|新进|新加入|新变成|转为|新出现|转化为|刚成为|新|新成为",
    ),
    "leave": (
        "left|leave|leaving|dropped out|lost|no longer|stopped being|dropped out of|fell out|fell out of|exited|were removed|"
        "are no longer|is no longer|lose",
        "离开|退出|不再是|失去|流出|掉出|移出|走了|不再|移除|掉了",
    ),
    "trend": (
        "trend|over time|trend of|development|evolution|history of|evolve|evolved|time series|curve|changed over|monthly|"
        "weekly|daily|month by month|week by week|growth of|trending|each month|per month|by month|every month|by week|per week|"
        "each week|by day|per day|each day|by quarter|per quarter|by year|per year|each year|yearly|quarterly|each quarter|by months|across months|every week|through the months",
        "趋势|走势|每月|每周|每天|每日|按月|按周|按天|按日|逐月|逐周|历月|每个月|每年|按年|每季度|按季度|月度|变化趋势|增长情况|各月|曲线|走向|逐日|分月|每个月的|逐年|按季|各季度|每周的|按月份|月度趋势",
    ),
    "compare": (
        "compare|compared to|compared with|versus|vs|vs.|comparison|difference between|against|relative to|than last|compare to|"
        "how does|differ|differ from|difference|compared|go up|go down|gone up|more than in|up from|down from|growth|grow|grew",
        "哪个客户多|哪个多|哪个更多|谁更多|哪边多|哪个人多|对比|比较|相比|比|差别|差异|差多少|区别|vs|比起|相较|对照|对比一下|相差|差距|增长|增长了|涨了|增减|变化率|增长率|增幅|多多少|多了多少|高多少|高了多少|少多少|少了多少|低了多少|增加了多少|减少了多少|增长了多少|差了多少",
    ),
    "month_on_month": (
        "month on month|mom|period over period|month over month|previous period|period before|versus previous month|prior period|monthly growth",
        "环比|上期|较上期|比上期|和上期",
    ),
    "year_on_year": (
        "year on year|yoy|year over year|same period last year|same month last year|the same month last year|same month of last year|same quarter last year|the same quarter last year|same time last year|the same time last year|the same period last year|same month a year ago|a year earlier|same period of last year|annual growth",
        "同比|去年同期|去年同月|去年同一时期|去年同季|比去年同期|与去年同期|跟去年同期|和去年同期",
    ),
    "overlap": (
        "overlap|overlap between|intersection|in common|both|overlapping|at the same time|overlaps",
        "重叠|交集|重合|共同|既是又是|重复",
    ),
    "advice": (
        "what should i do|what should we do|what to do|how should we|recommend|recommendation|advice|suggest|suggestion|"
        "next action|action for|what action|how to win back|how do i treat|what can we do|how can we|should we do",
        "怎么办|建议|该怎么做|怎么做|怎么维护|如何维护|策略|该做什么|怎么挽回|如何挽回|动作|怎么运营|如何运营|营销建议|应该怎么|该如何",
    ),
    "quality": (
        "data quality|quality|missing data|completeness|how complete|rejected|duplicates|how clean|how reliable|filled",
        "数据质量|质量|完整度|缺失率|完整率|填充率|重复数据|脏数据|可靠",
    ),
    "fresh": (
        "how fresh|fresh|freshness|how old is the data|up to date|last updated|updated|last run|when was the last run|"
        "last load|when was the data|how current|data from|as of when|latest data|how recent|refreshed|when did you last",
        "新鲜|更新时间|什么时候更新|最后更新|数据截止|截止到|最新数据|更新到|什么时候跑|上次运行|数据到哪天|最近更新|更新|几号的数据|截至|多久更新",
    ),
    "help": (
        "help|what can you do|what can i ask|how do i use|how does this work|what do you know|commands|examples|what questions|"
        "how to use|hi|hello|hey|thanks|thank you|what can i do|what kinds of questions",
        "帮助|你能做什么|能问什么|怎么用|可以问什么|你会什么|你好|您好|谢谢|怎么使用|使用说明|你是谁|有什么功能|你能干什么|可以问你什么",
    ),
    "tags": (
        "tags|what tags|which tags|all tags|tag list|labels|tag",
        "标签|哪些标签|有什么标签|所有标签|标签列表|有哪些标签",
    ),
    "segments": (
        "segments|which segments|what segments|audiences|segment",
        "人群列表|哪些人群|有什么人群|有哪些人群|人群包",
    ),
    "chart": (
        "as a chart|chart|graph|plot|as a graph|draw|visualise|visualize|bar chart|line chart|picture|diagram",
        "图|图表|画图|画个图|柱状图|折线图|饼图|图形|画出来|作图|图示",
    ),
    "csv": ("csv|export|excel|as csv|download|spreadsheet|as a file", "导出|下载|表格|excel|csv"),
    "them": (
        "them|those|these|they|it|of them|of those|this group|that group|these customers|those customers|that|ones",
        "他们|这些人|这些|那些|其中|它们|这批|这群人|那些人|这部分|这些客户|她们|里面|他|她|它",
    ),
    "also_about": (
        "and|what about|how about|and in|and for|now|instead|same for|and what about|what of|make it|change to|switch to",
        "那|那么|呢|换成|改成|再看|如果是|那要是|换",
    ),
    "known": ("with a known|with known|known", "有填|填写了|已知|留了"),
    "missing": (
        "missing|unknown|without a known|blank|empty|no known|not known|without any",
        "缺失|为空|没填|未知|没有填|空|不详",
    ),
    "would_be": ("when will|will|would|going to", "什么时候会|会不会|何时"),
    "offtopic": (
        "weather|joke|write a poem|poem|predict the stock|stock price|football|news|sing a song",
        "天气|笑话|写首诗|股票|股价|新闻|唱歌",
    ),
    "refuse": (
        "delete|remove|drop|send|e-mail them|email them|message them|sms|text them|update|edit|modify|insert|overwrite|"
        "forget|wipe|erase|truncate|shut down|predict the stock|weather|joke|write a poem|call them",
        "删除|删掉|发送|群发|发短信|发邮件|修改|清空|改掉|打电话给|天气|笑话|写首诗|清除|发券",
    ),
    "personal": (
        "phone number|phone number of|phone|telephone number|emails of|email of|email addresses of|phones|telephone|mobile|mobile number|email address|e-mail address|emails|home address|contact details|"
        "contact info|wechat id|id card|credit card|phone numbers",
        "手机号|手机号码|电话|电话号码|邮箱|邮箱地址|家庭住址|联系方式|微信号|身份证|身份证号|银行卡",
    ),
    "distinct": ("different|distinct|unique", "不同的|种不同|去重|不一样的|几种|多少种"),
    "recently": ("recently|lately|of late", "最近|近期|近来"),
    "nps": ("nps|net promoter score|net promoter", "nps|净推荐值|净推荐分|推荐值"),
    "weekday_of": ("weekday|day of week|day of the week|days of the week|week day", "星期几|周几|星期|各星期|每周几"),
    "hour_of": ("hour|hour of day|hour of the day|time of day|hours", "小时|时段|几点|钟点"),
    "older_band": ("older|elderly|senior|old", "年长|老年"),
}

STOP: tuple[str, str] = (
    "the|a|an|me|us|our|we|i|you|your|my|please|pls|can|could|would|should|do|does|did|there|that|which|this|these|with|at|"
    "on|as|their|his|her|its|so|far|right|now|currently|current|level|levels|actually|exactly how|tell|want|wanna|know|"
    "need|like to|see|look|want to know|i want to know|tell me|let me|any|some|all|all the|all our|total of|have got|got|get|done|make|"
    "made|for|to|in|who|whose|whom|been|being|be|am|will|it|than|if|what|what's|whats|out|up|into|from|by now|"
    "company|business|database|data|system|please show|kindly|ok|okay|well|hmm|um|quick|quickly|question|answer|given|"
    "at the moment|at present|as of now|nowadays|exist|exists|belong to|classified as|tagged|tagged as|labelled|labeled|"
    "marked|marked as|flagged|flagged as|considered|counted|holding|hold|holds|carry|carrying|status|group|category|"
    "type|kind|live in|living in|living|based in|based|located|located in|residing in|coming from|come from|from|city of|"
    "value|worth|item|items|something|anything|things|thing|stuff|goods|product|products|our store|us for|"
    "at all|even|really|about|roughly|approximately|around|ca|thx|man|dear|bot|tagfolk|also|such|those|that have|"
    "they|their|prefer|prefers|preferring|enjoy|love|loves|like|likes|liking|fan|fans|gave|give|given|use|used|using|drink|drinks|eat|made|one|ones|has|have|had|having|is|are|was|were|being|when|how|customers who|people who|did we|do we have|"
    "we have|made a|made an|placed|place|come|comes|coming|came from|comes from|through|via|kinds|kinds of|types of|how did|how do|how does|single|there are|are there|out there|among our|this|our|brings in|bring in|brings|generate|generates|generated|makes|where|where are|where do|where is|go|goes|overall|ever|of ours|single order|made any|any of|who've|total",
    "的|了|吗|呢|啊|吧|呀|请|请问|一下|帮我|我|我们|咱们|你|您|现在|目前|当前|想知道|想看|我想|知道|看|查|查查|告诉我|给我看|一共|总共有|"
    "所有|全部|所有的|全体|都|个|位|名|这|那|这个|那个|一个|些|一些|这里|可以|能|能不能|帮忙|麻烦|有|是|在|对|把|被|让|从|会|要|"
    "想|用|于|上|下|来|去|得|地|着|过的|过|到|向|往|其|该|此|而|之|以|所|则|嗯|哦|哈|请帮我|请告诉我|一共有|总共|大概|"
    "大约|左右|差不多|店|店里|公司|系统|数据|情况|东西|商品|产品|里的|中的|间|们|吗?|么|一|条|占|被打上|打上|打了|标记为|标记|标签为|标签是|"
    "属于|带|叫|叫做|称为|年龄在|住|住在|来自|城市为|客户的|钱|人的|时候|期间|内|等|类|类型|岁数在|喜欢|喜欢喝|爱|爱喝|爱买|喝|吃|偏爱|用|用过|使用|使用过|用了|领过|得|卖|卖得|做过|数|值|方面|及|数据里|群|消费水平|家|张|款|一笔|单笔|每笔|一单|来自|究竟|到底|名客|平时|跑|产生|带来|来自于|多少个不同|呗|嘛|哎|那些",
)

CUSTOMER_SUFFIXES = ("客户", "用户", "会员", "顾客", "人群", "客群", "人")
CUSTOMER_WORDS_EN = (
    "customer",
    "customers",
    "user",
    "users",
    "people",
    "member",
    "members",
    "buyer",
    "buyers",
    "clients",
)
