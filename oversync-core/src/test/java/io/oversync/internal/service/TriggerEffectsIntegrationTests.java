/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.service;

import java.util.List;
import java.util.UUID;

import io.oversync.internal.service.TestEngine.Device;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What triggers of the application write while an upload is written reaches devices, too.
 */
class TriggerEffectsIntegrationTests {

	private static final UUID ORDER = new UUID(0, 10);

	private static final UUID ITEM = new UUID(0, 11);

	private static final UUID LOG = new UUID(0, 12);

	private static final String DDL = """
			create schema app;
			create table app.basket (id uuid primary key, owner text not null, total int not null default 0);
			create table app.item (id uuid primary key, owner text not null,
			  basket_id uuid not null references app.basket on delete cascade, price int not null);
			create table app.log (id uuid primary key default gen_random_uuid(), owner text not null, line text);
			create function app.sum_up() returns trigger language plpgsql as $$ begin
			  update app.basket b set total = (select coalesce(sum(i.price), 0) from app.item i where i.basket_id = b.id)
			   where b.id = coalesce(new.basket_id, old.basket_id);
			  insert into app.log (owner, line) values ('auditor', coalesce(new.price, 0)::text);
			  return null; end $$;
			create trigger sum_up after insert or update or delete on app.item
			  for each row execute function app.sum_up();
			""";

	private TestEngine engine;

	private Device phone;

	@BeforeEach
	void start() {
		this.engine = TestEngine.start(DDL, "app.basket(owner)+", "app.item(owner)+", "app.log(owner)+");
		this.phone = this.engine.device("ann/phone");
	}

	@AfterEach
	void stop() {
		this.engine.close();
	}

	private List<String> tablet() {
		return this.engine.device("ann/tablet")
			.stream()
			.stream()
			.map((change) -> change.op() + " " + change.table().table() + " v" + change.serverVersion() + " by "
					+ change.sourceId() + ((change.payload() != null) ? " " + change.payload().text() : ""))
			.toList();
	}

	@Test
	void anotherRowThatATriggerChangesReachesAllDevices() {
		this.phone.upsert("app.basket", ORDER, 0, "{\"total\":0}").upload();
		this.phone.upsert("app.item", ITEM, 0, "{\"basket_id\":\"" + ORDER + "\",\"price\":5}").upload();
		assertThat(tablet()).hasSize(3).last().isEqualTo("UPDATE basket v2 by server {\"total\":5}");
		assertThat(this.phone.upsert("app.basket", ORDER, 1, "{\"total\":0}").upload()).containsExactly("conflict 2");
	}

	@Test
	void aRowOfTheSameUploadThatATriggerChangesReachesAllDevices() {
		assertThat(this.phone.upsert("app.basket", ORDER, 0, "{\"total\":0}")
			.upsert("app.item", ITEM, 0, "{\"basket_id\":\"" + ORDER + "\",\"price\":5}")
			.upload()).containsExactly("applied 1", "applied 1");
		assertThat(tablet()).hasSize(3).last().isEqualTo("UPDATE basket v2 by server {\"total\":5}");
	}

	@Test
	void manyRowsReachAllDevices() {
		this.phone.upsert("app.basket", ORDER, 0, "{\"total\":0}");
		for (int i = 0; i < 300; i++) {
			this.phone.upsert("app.item", new UUID(2, i), 0, "{\"basket_id\":\"" + ORDER + "\",\"price\":1}");
		}
		this.phone.upload();
		assertThat(tablet()).hasSize(302).last().isEqualTo("UPDATE basket v2 by server {\"total\":300}");
	}

	@Test
	void aRowOfAnotherUserReachesThatUser() {
		assertThat(this.engine.device("auditor/desk").stream()).isEmpty();
		aRowOfTheSameUploadThatATriggerChangesReachesAllDevices();
		assertThat(this.engine.device("auditor/desk").stream()).hasSize(1);
		assertThat(tablet()).hasSize(3);
	}

	@Test
	void aCascadeOfADeviceIsNotBroughtTwice() {
		aRowOfTheSameUploadThatATriggerChangesReachesAllDevices();
		assertThat(this.phone.delete("app.basket", ORDER, 2).upload()).containsExactly("applied 3");
		assertThat(tablet()).hasSize(5).last().isEqualTo("DELETE basket v3 by phone");
		assertThat(this.engine.query("select owner from sync.captured_row where owner = 'ann'")).isEmpty();
	}

	@Test
	void whatAnUploadThatFailsHadTriggeredIsNotSeen() {
		this.engine.execute("alter table app.basket add constraint cheap check (total < 10)");
		this.phone.upsert("app.basket", ORDER, 0, "{\"total\":0}")
			.upsert("app.item", ITEM, 0, "{\"basket_id\":\"" + ORDER + "\",\"price\":50}")
			.upload();
		assertThat(this.phone.failures()).hasSize(1);
		assertThat(tablet()).hasSize(2);
		assertThat(this.engine.query("select total::text from app.basket")).containsExactly("0");
	}

}
