from mainspring import load_assets_from_modules, repository, with_resources
from stories import assets, automation, jobs
from stories.resources import LOCAL


@repository(description="News")
def stories():
    return [
        with_resources(
            load_assets_from_modules([assets]),
            resource_defs=LOCAL,
            resource_config_by_key={"feed_io_manager": {"config": {"path": "feed.json"}}},
        ),
        [jobs.stories_job, jobs.everything, jobs.tidy_job, jobs.hello_job, automation.authors_job],
        automation.tidy_twice_a_day,
        automation.hourly,
        automation.feed_sensor,
        automation.best_sensor,
    ]
