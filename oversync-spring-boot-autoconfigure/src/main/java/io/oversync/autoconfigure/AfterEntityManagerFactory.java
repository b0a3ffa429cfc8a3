package io.oversync.autoconfigure;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Lets the catalog be read after the application's {@code EntityManagerFactory} is there:
 * with {@code spring.jpa.hibernate.ddl-auto} that is what creates the tables, and Spring
 * Boot does not count it as a database initializer.
 */
class AfterEntityManagerFactory implements BeanFactoryPostProcessor {

	static final String TYPE = "jakarta.persistence.EntityManagerFactory";

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		if (!beanFactory.containsBeanDefinition(OversyncAutoConfiguration.TABLE_CATALOG)) {
			return;
		}
		Class<?> type = ClassUtils.resolveClassName(TYPE, beanFactory.getBeanClassLoader());
		Set<String> names = new LinkedHashSet<>();
		BeanDefinition catalog = beanFactory.getBeanDefinition(OversyncAutoConfiguration.TABLE_CATALOG);
		String[] present = catalog.getDependsOn();
		if (present != null) {
			names.addAll(Arrays.asList(present));
		}
		for (String name : BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beanFactory, type, true, false)) {
			names.add(BeanFactoryUtils.transformedBeanName(name));
		}
		catalog.setDependsOn(names.toArray(String[]::new));
	}

}
