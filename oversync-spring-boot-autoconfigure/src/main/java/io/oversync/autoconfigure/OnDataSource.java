/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure;

import javax.sql.DataSource;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches if a DataSource bean exists, even one that is only injected by a qualifier.
 */
class OnDataSource extends SpringBootCondition implements ConfigurationCondition {

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConfigurableListableBeanFactory beans = context.getBeanFactory();
		String[] names = (beans != null)
				? BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, DataSource.class, true, false)
				: new String[0];
		ConditionMessage.Builder message = ConditionMessage.forCondition("Oversync");
		return (names.length > 0) ? ConditionOutcome.match(message.found("DataSource").items((Object[]) names))
				: ConditionOutcome.noMatch(message.didNotFind("any DataSource").atAll());
	}

}
