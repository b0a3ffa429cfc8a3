/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.client;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import org.sqlite.SQLiteDataSource;

/**
 * A database whose process dies at a statement: what was not committed is gone, and
 * nothing works any more.
 */
final class CrashingDataSource {

	private final SQLiteDataSource sqlite = new SQLiteDataSource();

	private int statementsLeft = Integer.MAX_VALUE;

	private boolean crashed;

	private String awaited = "";

	private Runnable action = () -> {
	};

	CrashingDataSource(String url) {
		this.sqlite.setUrl(url);
		// a process dies here, not a machine
		this.sqlite.setSynchronous("OFF");
		this.sqlite.setJournalMode("MEMORY");
	}

	/** The process dies before its n-th statement from now on, or does not for 0. */
	void crashBefore(int statement) {
		this.statementsLeft = (statement > 0) ? statement : Integer.MAX_VALUE;
	}

	/** Returns whether it has died since it was last asked; it can be used again. */
	boolean recover() {
		boolean was = this.crashed;
		this.crashed = false;
		this.statementsLeft = Integer.MAX_VALUE;
		return was;
	}

	/** Something happens just before a statement is executed the next time. */
	void beforeNext(String sql, Runnable action) {
		this.awaited = sql;
		this.action = action;
	}

	DataSource dataSource() {
		return proxy(DataSource.class, this.sqlite, null);
	}

	private <T> T proxy(Class<T> type, Object target, Connection connection) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> invoke(target, connection, method, arguments)));
	}

	private Object invoke(Object target, Connection connection, Method method, Object[] arguments) throws Throwable {
		if (target instanceof Statement && method.getName().startsWith("execute")) {
			if (arguments != null && this.awaited.equals(arguments[0])) {
				this.awaited = "";
				this.action.run();
			}
			if (this.crashed || --this.statementsLeft <= 0) {
				this.crashed = true;
				connection.close();
				throw new SQLException("The process has died");
			}
		}
		Object result;
		try {
			result = method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getCause();
		}
		if (result instanceof PreparedStatement) {
			return proxy(PreparedStatement.class, result, connection);
		}
		if (result instanceof Statement) {
			return proxy(Statement.class, result, connection);
		}
		return (result instanceof Connection opened) ? proxy(Connection.class, opened, opened) : result;
	}

}
