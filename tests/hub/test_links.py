"""From a link to a workspace, and from a link that is not good to a plain word."""

from __future__ import annotations

import httpx
import pytest

from tests.hub.hosting import BOB, Hosting, Visitor

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(180)]


def test_a_link_leads_to_the_lab_of_its_sitting(up: Hosting, ada: Visitor) -> None:
    listed = ada.ask("GET", "/api/contents/practice").json()["content"]
    found = {one["sitting"]: one for one in up.operator.get("/sittings")["sittings"]}

    assert "practice.ipynb" in {entry["name"] for entry in listed}
    assert found[ada.sitting]["session"] and found[ada.sitting]["round"] == "spring"


def test_looking_at_a_link_burns_nothing_and_using_it_burns_it(up: Hosting) -> None:
    link = up.invite("spring", "Cleo")
    for _ in range(3):
        looked = up.visitor().look(link)
        assert looked.status_code == 200 and "Reviewers never see" in looked.text
    first, second = up.visitor().press(link), up.visitor().press(link)

    assert first.status_code == 302 and first.headers["location"].endswith("/hub/spawn")
    assert second.status_code == 410 and "used" in second.text


def test_a_revoked_link_says_so_and_opens_nothing(up: Hosting) -> None:
    link = up.invite("spring", "Dora")
    invites = up.operator.get("/rounds/spring/invites")["invites"]
    up.audition("invite", "--revoke", invites[-1]["invite"])
    visitor = up.visitor()
    answer = visitor.press(link)

    assert answer.status_code == 410 and 'role="alert"' in answer.text
    assert visitor.http.get("/hub/spawn", follow_redirects=True).url.path == "/hub/start"


def test_without_the_box_no_link_is_used_and_it_stays_good(up: Hosting) -> None:
    link = up.invite("spring", "Dee of the Dale")
    visitor = up.visitor()
    answer = visitor.press(link, ticks=False)

    assert answer.status_code == 400
    assert "Tick the box above the button first" in answer.text
    assert link.partition("#")[2] in answer.text  # it stays in the form
    assert visitor.http.get("/hub/spawn", follow_redirects=True).url.path == "/hub/start"
    assert visitor.press(link).status_code == 302


@pytest.mark.parametrize("secret", ["", "x", "sit-0123456789abcdef", "a" * 5000, "%00", "é✓"])
def test_a_secret_that_is_none_opens_nothing(up: Hosting, secret: str) -> None:
    answer = up.visitor().press(f"{up.url}/hub/start#{secret}")

    assert answer.status_code in (400, 410)
    assert "jupyterhub-hub-login" not in " ".join(answer.headers.get_list("set-cookie"))


def test_a_second_device_comes_to_the_same_workspace(up: Hosting, bob: Visitor) -> None:
    bob.ask("PUT", "/api/contents/practice/mine.txt",
            {"type": "file", "format": "text", "content": "kept"})  # fmt: skip
    phone = up.visitor().enter(up.invite("spring", BOB, "--again"))

    assert phone.sitting == bob.sitting
    assert phone.ask("GET", "/api/contents/practice/mine.txt").json()["content"] == "kept"


def test_the_hubs_own_ways_in_are_closed(up: Hosting, ada: Visitor) -> None:
    stranger = up.visitor().http
    page = stranger.get("/hub/login")
    form = {"username": ada.sitting, "password": "x", "sitting": ada.sitting, "secret": ""}
    posted = stranger.post("/hub/login", data=form)

    assert page.status_code == 302 and page.headers["location"].endswith("/hub/start")
    assert posted.status_code in (403, 405)
    for path in ("/hub/home", "/hub/token", "/hub/admin"):
        assert ada.http.get(path).headers["location"].endswith("/hub/start")


def test_the_page_reads_and_runs_nothing_from_elsewhere(up: Hosting) -> None:
    page = httpx.get(f"{up.url}/hub/start")

    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"


def test_a_candidate_can_make_no_token_and_list_nobody(ada: Visitor) -> None:
    head = {"Authorization": f"token {ada.token}"}
    users = ada.http.get("/hub/api/users", headers=head)
    token = ada.http.post(f"/hub/api/users/{ada.sitting}/tokens", headers=head, json={})

    assert users.status_code == 403
    assert token.status_code == 403
