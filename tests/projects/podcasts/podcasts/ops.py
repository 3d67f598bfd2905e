from mainspring import DynamicOut, DynamicOutput, Field, In, Out, Output, RetryPolicy, RetryRequested, op

EPISODES = {1: "hello and welcome", 2: "today we talk of bees", 3: "bees again"}


@op(config_schema={"show": Field(str, default_value="bees")})
def fetch_feed(context):
    return {"show": context.op_config["show"], "episodes": sorted(EPISODES)}


@op(out=DynamicOut(int))
def episodes(feed):
    for number in feed["episodes"]:
        yield DynamicOutput(number, mapping_key=f"e{number}")


@op(retry_policy=RetryPolicy(max_retries=2))
def transcribe(context, number):
    if number == 2 and context.retry_number == 0:
        raise RetryRequested(max_retries=1)
    return EPISODES[number]


@op
def join(texts):
    return " / ".join(texts)


@op(out={"words": Out(is_required=False), "total": Out(int, is_required=False)})
def count_words(context, text):
    words = {}
    for word in text.replace("/", " ").split():
        words[word] = words.get(word, 0) + 1
    if "words" in context.selected_output_names:
        yield Output(words, "words", metadata={"different": len(words)})
    if "total" in context.selected_output_names:
        yield Output(sum(words.values()), "total")


@op(config_schema={"least": int})
def frequent(context, words):
    found = sorted(word for word, count in words.items() if count >= context.op_config["least"])
    context.add_output_metadata({"found": len(found)})
    return found


@op(ins={"listeners": In(int)})
def per_listener(listeners, total):
    if not listeners:
        raise ZeroDivisionError("nobody listens")
    return total / listeners


@op(required_resource_keys={"site"})
def publish(context, text):
    context.resources.site.append(
        (context.asset_key.to_user_string() if context.has_assets_def else None, text)
    )
    return len(text)
