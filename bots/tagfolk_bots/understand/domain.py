# ruff: noqa: E501  -- tables of words, sentences and patterns, one entry a line
"""Everyday words of the trade and what they usually stand for: verbs of events, measures, gender, cities.

They serve only where the workspace has such an event, property, attribute or value, and give way to its own words.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EventConcept:
    """Words for doing something, for every event whose names hold one of ``hints``."""

    name: str
    hints: tuple[str, ...]
    english: tuple[str, ...]
    chinese: tuple[str, ...]


NOUNS = frozenset(
    (
        "order",
        "transaction",
        "transactions",
        "invoice",
        "invoices",
        "订单",
        "交易",
        "投诉",
        "客诉",
        "complaints",
        "login",
        "sessions",
    )
)
"""Words of events that name the event itself, not the doing of it."""

EVENTS: tuple[EventConcept, ...] = (
    EventConcept(
        "purchase",
        (
            "purchase",
            "order",
            "sale",
            "transaction",
            "buy",
            "invoice",
            "payment",
            "购买",
            "消费",
            "订单",
            "下单",
            "交易",
            "购物",
        ),
        (
            "buy",
            "bought",
            "buys",
            "buying",
            "purchase",
            "purchased",
            "purchasing",
            "order",
            "ordered",
            "ordering",
            "shop",
            "shopped",
            "shopping",
            "made a purchase",
            "made any purchase",
            "placed an order",
            "place an order",
            "transact",
            "transacted",
            "transaction",
            "transactions",
            "paid",
            "bought anything",
            "bought something",
            "sold",
            "sell",
            "sells",
            "selling",
            "place orders",
            "placed orders",
        ),
        (
            "买",
            "买过",
            "买了",
            "购买",
            "购买过",
            "购买了",
            "下单",
            "下过单",
            "下单过",
            "消费",
            "消费过",
            "消费了",
            "购物",
            "成交",
            "付款",
            "交易",
            "订单",
            "买东西",
            "光顾",
            "复购",
            "购",
            "下过",
            "下了单",
            "下过订单",
            "卖",
            "卖出",
            "卖了",
            "卖得",
            "卖的",
            "售出",
            "成交过",
            "点过",
            "点了",
            "喝过",
            "喝了",
            "吃过",
            "买到",
            "下过一单",
        ),
    ),
    EventConcept(
        "visit",
        (
            "visit",
            "login",
            "session",
            "page_view",
            "browse",
            "open_app",
            "checkin",
            "访问",
            "到访",
            "登录",
            "浏览",
            "来访",
        ),
        (
            "visit",
            "visited",
            "visiting",
            "came",
            "come by",
            "came by",
            "browse",
            "browsed",
            "log in",
            "logged in",
            "login",
            "logged on",
            "opened the app",
            "open the app",
            "showed up",
            "dropped in",
            "stopped by",
        ),
        (
            "访问",
            "访问过",
            "到访",
            "来访",
            "来过",
            "登录",
            "登录过",
            "浏览",
            "浏览过",
            "打开",
            "光临",
            "到店",
            "进店",
            "来",
            "活跃",
        ),
    ),
    EventConcept(
        "complaint",
        ("complaint", "complain", "投诉", "客诉"),
        ("complain", "complained", "complaining", "complains", "filed a complaint"),
        ("投诉", "投诉过", "抱怨", "客诉"),
    ),
    EventConcept(
        "refund",
        ("refund", "return", "退货", "退款"),
        ("refunded", "refund", "returned goods", "returned", "sent back"),
        ("退货", "退款", "退过货", "退过款", "退单"),
    ),
    EventConcept(
        "survey",
        ("survey", "feedback", "review", "rating", "评价", "问卷", "调查"),
        ("surveyed", "answered a survey", "answered the survey", "rated", "reviewed", "responded"),
        ("评价", "评价过", "填过问卷", "答过问卷", "调查过", "参与调查"),
    ),
)

MONEY_PROPERTIES = (
    "amount",
    "total",
    "revenue",
    "value",
    "price",
    "paid",
    "money",
    "spend",
    "sum",
    "net",
    "gross",
    "sales",
    "金额",
    "总额",
    "实付",
)
"""Properties that hold the money of a purchase, likeliest first."""

SPEND_WORDS = (
    "spend|spent|spending|spends|spender|spenders|revenue|revenues|sales|sales figure|turnover|gmv|money spent|total spend|total spending|amount spent|sales revenue|"
    "spend amount|monetary value|money|income from sales|takings|sales volume|purchase amount|purchase value",
    "消费额|消费金额|销售额|营业额|营收|营业收入|收入|花费|花了|花|消费了多少|消费总额|成交额|交易额|购买金额|消费|总消费|销售金额|金额|流水|业绩|总金额|订单金额|支出|收入额",
)
SPEND_NAMES = ("spend", "revenue", "spending", "sales", "gmv", "消费额", "消费金额", "销售额")
"""A ``let`` with one of these names is the money measure of the workspace."""

ORDER_VALUE_WORDS = (
    "average order value|aov|avg order value|average basket|basket size|average basket value|average ticket|order value|"
    "average order size|average purchase value|average purchase amount|avg purchase amount|average spend per order|average revenue per order",
    "客单价|笔单价|平均客单价|平均订单金额|每单平均|单均价|平均每单|每单金额|件单价|平均每单金额|平均每笔金额|每笔平均金额|平均单笔金额|单笔平均金额|平均单笔|每笔订单平均|平均每笔订单|平均一单",
)
COUNT_SUFFIXES = ("次数", "数", "数量", "量", "频次", "频率", "单数")
"""Behind a Chinese event name: how often."""

RECENCY_WORDS = (
    "days since last purchase|recency|time since last purchase|days since the last purchase|days since last order",
    "距上次购买天数|最近一次购买距今|多久没买|多久没消费|距上次消费天数",
)

GENDER = {
    "female": (
        "female|females|women|woman|lady|ladies|girls|girl|f",
        "女|女性|女生|女士|女的|女孩|女人|女客户|女会员|女顾客|女用户|姑娘",
    ),
    "male": ("male|males|men|man|gentlemen|guys|boys|m", "男|男性|男生|男士|男的|男人|男客户|男会员|男顾客|男用户"),
}
GENDER_VALUES = {
    "female": {"female", "f", "女", "女性", "woman", "women", "女士", "w"},
    "male": {"male", "m", "男", "男性", "man", "men", "男士"},
}

AGE_NAMES = {"age", "年龄", "岁数", "年纪"}
CITY_NAMES = {"city", "城市", "所在城市", "town", "location", "所在地"}
NAME_NAMES = {"name", "full_name", "姓名", "名字", "customer_name", "fullname", "客户姓名"}
BIRTHDAY_NAMES = {"birthday", "birth_date", "birthdate", "date_of_birth", "dob", "生日", "出生日期"}

ATTRIBUTE_WORDS: tuple[tuple[set[str], str], ...] = (
    (
        AGE_NAMES,
        "age|ages|aged|oldest|youngest|最年长|最年轻|年龄最大|年龄最小|最大年龄|最小年龄|age group|age groups|age band|年龄|年龄段|岁数|年纪",
    ),
    (CITY_NAMES, "city|cities|town|towns|location|城市|地区|所在城市|市|地域|哪里"),
    ({"gender", "sex", "性别"}, "gender|sex|genders|性别|男女|男女比例"),
    ({"country", "国家"}, "country|countries|nation|国家|国"),
    ({"region", "province", "state", "地区", "省份", "省"}, "region|province|state|地区|省份|省"),
    (
        {
            "joined",
            "registered",
            "registered_at",
            "signup",
            "signed_up",
            "sign_up_date",
            "join_date",
            "注册时间",
            "created",
            "created_at",
            "member_since",
            "注册",
            "注册日期",
            "入会时间",
            "first_seen",
            "registration_date",
        },
        "joined|join|joining|sign up|signed up|registered|register|registration|became a member|became member|registering|signup|signups|"
        "注册|注册的|注册了|加入|入会|开卡|加入会员|新注册的|新入会|新入会的|新加入|新加入的|注册时间|注册日期|新注册",
    ),
    (BIRTHDAY_NAMES, "birthday|birthdays|born|date of birth|生日|过生日|出生|寿星"),
    (
        {"email", "mail", "e_mail", "邮箱"},
        "email|emails|e mail|email address|email addresses|email on file|邮箱|邮箱地址|电子邮箱|邮件|邮件地址",
    ),
    (
        {"phone", "mobile", "tel", "telephone", "手机", "手机号"},
        "phone|phones|phone number|phone numbers|mobile|mobile number|telephone|手机|手机号|手机号码|电话|电话号码|联系电话",
    ),
    ({"wechat", "weixin", "openid", "微信"}, "wechat|wechat id|weixin|微信|微信号|openid"),
    (NAME_NAMES, "name|names|called|named|姓名|名字"),
)

CHURN_WORDS = (
    "churn|churning|may churn|might churn|about to churn|likely to churn|at risk of churning|going to churn|will churn|might leave|may leave|"
    "about to leave|churn risk|at risk|likely to leave|at risk of leaving",
    "可能流失|会流失|要流失|快流失|流失|流失风险|即将流失|有流失风险|流失客户|可能会流失|可能要流失",
)
CHURN_HINTS = ("churn", "at_risk", "attrition", "流失")

TAG_CONCEPTS: tuple[tuple[str, ...], ...] = (
    (
        "vip",
        "high value",
        "high-value",
        "valuable",
        "高价值",
        "贵宾",
        "大客户",
        "优质",
        "重要客户",
        "重点客户",
        "vip客户",
    ),
    ("sleeping", "dormant", "sleepers", "沉睡", "休眠"),
    ("active", "active customers", "活跃", "活跃客户"),
    ("lost", "churned", "已流失", "流失了"),
    ("new", "new customers", "new member", "newcomers", "新客", "新客户", "新会员", "新用户"),
    ("loyal", "loyal customers", "忠诚", "忠实", "忠诚客户", "铁粉"),
    ("frequent", "frequent buyers", "regulars", "高频", "常客", "高频客户"),
    ("price sensitive", "bargain hunters", "promotion seekers", "优惠敏感", "价格敏感"),
)
"""Words that often stand for the same group: where a tag (or a value of one) has one of them, it answers to the others."""

REPEAT_WORDS = (
    "repeat|repeat purchase|repeat purchases|repeat rate|repeat buyers|repeat customers|repeat purchasers|returning customers|returning|bought again|repurchase|repurchased",
    "复购|复购客户|回头客|老客|老客户|重复购买|复购过|回购",
)

PROPERTY_WORDS: tuple[tuple[set[str], str], ...] = (
    (
        {"store", "shop", "store_id", "shop_id", "branch", "门店"},
        "store|stores|shop|shops|outlet|outlets|branch|branches|门店|店铺|分店|哪家店",
    ),
    (
        {"promotion", "coupon", "discount", "voucher", "优惠", "优惠券"},
        "promotion|promotions|coupon|coupons|discount|voucher|优惠|优惠券|券|折扣|促销",
    ),
    (
        {"category", "品类", "类别", "product_category"},
        "category|categories|product category|品类|类别|种类|产品类别|品种|产品品类|商品品类",
    ),
    ({"channel", "渠道"}, "channel|channels|渠道"),
    ({"product", "item", "sku", "产品"}, "product|products|item|items|产品|单品|商品|饮品|款产品"),
    ({"score", "rating", "评分"}, "score|rating|评分|打分|分数|推荐分|得分|满意度|survey score|rating score"),
    ({"topic", "reason", "类型"}, "topic|topics|reason|reasons|投诉类型|类型|投诉原因|问题类型"),
    ({"country"}, "country|countries|国家"),
    ({"cups", "杯数"}, "cups|cup|cups sold|杯|杯数|杯量"),
    ({"units", "quantity", "qty", "数量", "件数"}, "units|unit|quantity|pieces|items sold|units sold|件数|件|销量"),
)
