"""The neighbours that other tests lean on are real, and start and stop as they say."""

import psycopg
import pytest
import redis as redis_client

from tests import services


@pytest.mark.postgres
def test_postgres_role_is_no_superuser_and_owns_its_database():
    with services.postgres() as cluster:
        url = cluster.new_database()
        address = f"host={cluster.folder} user={cluster.owner} dbname={services.database_name(url)}"
        with psycopg.connect(address) as connection:
            ask = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
            assert connection.execute(ask).fetchone() == (False,)
            connection.execute("CREATE TABLE thing (id int)")
        cluster.restart()
        with psycopg.connect(address) as connection:
            assert connection.execute("SELECT count(*) FROM thing").fetchone() == (0,)
            assert connection.info.server_version >= 180000


@pytest.mark.redis
def test_redis_comes_back_empty():
    with services.redis() as server:
        redis_client.Redis.from_url(server.url).set("a", "b")
        server.stop()
        server.start()
        assert redis_client.Redis.from_url(server.url).get("a") is None
