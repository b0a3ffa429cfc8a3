/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.jooq;

import java.util.UUID;

import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;

import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

@Service
class JooqPosts {

	private static final Table<Record> POSTS = table(name("business", "posts"));

	private static final Field<UUID> ID = field(name("id"), UUID.class);

	private static final Field<String> OWNER_ID = field(name("owner_id"), String.class);

	private static final Field<String> TITLE = field(name("title"), String.class);

	private static final Field<Long> VERSION = field(name("version"), Long.class);

	private final DSLContext jooq;

	JooqPosts(DSLContext jooq) {
		this.jooq = jooq;
	}

	record Post(UUID id, String title, long version) {
	}

	Post read(UUID id) {
		return this.jooq.select(ID, TITLE, VERSION).from(POSTS).where(ID.eq(id)).fetchSingleInto(Post.class);
	}

	@Transactional
	public UUID write(String owner, String title) {
		UUID id = UUID.randomUUID();
		this.jooq.insertInto(POSTS).set(ID, id).set(OWNER_ID, owner).set(TITLE, title).execute();
		return id;
	}

	@Transactional
	public void rename(Post post, String title) {
		int updated = this.jooq.update(POSTS)
			.set(TITLE, title)
			.set(VERSION, VERSION.plus(1))
			.where(ID.eq(post.id()), VERSION.eq(post.version()))
			.execute();
		if (updated == 0) {
			throw new OptimisticLockingFailureException("The post was changed meanwhile");
		}
	}

}
